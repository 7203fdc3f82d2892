# Installs what `swift build -c release` has built. Building, testing and the quick start need no make.
#
#   make install [PREFIX=/usr/local] [DESTDIR=]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=]

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= .build/release

TOOLS = epi-ydecode epi-materialize epi-index epi-search
PAGES = $(notdir $(wildcard man/*.[157]))
EXAMPLES = $(notdir $(wildcard examples/*.sh examples/*.py))

root = $(DESTDIR)$(PREFIX)
bash = $(root)/share/bash-completion/completions
zsh = $(root)/share/zsh/site-functions
fish = $(root)/share/fish/vendor_completions.d
doc = $(root)/share/doc/epi

.PHONY: help built install uninstall

help:
	@sed -n '/^#  /s/^#   //p' Makefile

built:
	@for tool in $(TOOLS); do \
	  test -x "$(BUILD)/$$tool" || { echo "make: no $(BUILD)/$$tool; run: swift build -c release" >&2; exit 1; }; \
	done

install: built
	install -d "$(root)/bin" "$(bash)" "$(zsh)" "$(fish)" "$(doc)/examples/data"
	for tool in $(TOOLS); do \
	  install -m 755 "$(BUILD)/$$tool" "$(root)/bin/" && \
	  "$(BUILD)/$$tool" --generate-completion-script bash > "$(bash)/$$tool" && \
	  "$(BUILD)/$$tool" --generate-completion-script zsh > "$(zsh)/_$$tool" && \
	  "$(BUILD)/$$tool" --generate-completion-script fish > "$(fish)/$$tool.fish" || exit 1; \
	done
	for page in $(PAGES); do install -D -m 644 "man/$$page" "$(root)/share/man/man$${page##*.}/$$page" || exit 1; done
	install -m 644 LICENSE README.md "$(doc)/"
	install -m 755 $(addprefix examples/,$(EXAMPLES)) "$(doc)/examples/"
	install -m 644 examples/data/* "$(doc)/examples/data/"

uninstall:
	for tool in $(TOOLS); do \
	  rm -f "$(root)/bin/$$tool" "$(bash)/$$tool" "$(zsh)/_$$tool" "$(fish)/$$tool.fish"; \
	done
	for page in $(PAGES); do rm -f "$(root)/share/man/man$${page##*.}/$$page"; done
	rm -rf "$(doc)"
