# Installs what `swift build -c release` has built, or packs it. Building, testing and the quick start need no make.
#
#   make install [PREFIX=/usr/local] [DESTDIR=]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=]
#   make dist [OUT=.build/dist]      a tarball: tools, extension, manual, completions, examples; unpack it anywhere
#   make deb [OUT=.build/dist]       a package for Debian and Ubuntu: apt install ./epi_*.deb

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= .build/release
OUT ?= .build/dist

TOOLS = epi-ydecode epi-materialize epi-index epi-search
EXTENSION = libepi-vector.so
PAGES = $(notdir $(wildcard man/*.[157]))
# In the folder itself, in ci/ and in systemd/: scripts can be run, all else is read.
SCRIPTS = $(filter-out examples/prepare.sh,$(wildcard examples/*.sh examples/*.py examples/*/*.sh))
TEXTS = examples/prepare.sh examples/Makefile examples/rebuild.cron $(wildcard examples/systemd/* examples/data/*)

root = $(DESTDIR)$(PREFIX)
bash = $(root)/share/bash-completion/completions
zsh = $(root)/share/zsh/site-functions
fish = $(root)/share/fish/vendor_completions.d
doc = $(root)/share/doc/epi

# As the tools say it themselves.
version = $(shell $(BUILD)/epi-index --version | sed -n '1s/.* //p')
machine = $(shell uname -m)
# The time of what is packed: the last commit's, so that the same sources make the same bytes.
epoch = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),0)

.PHONY: help built install uninstall dist deb

help:
	@sed -n '/^#  /s/^#   //p' Makefile

built:
	@for tool in $(TOOLS); do \
	  test -x "$(BUILD)/$$tool" || { echo "make: no $(BUILD)/$$tool; run: swift build -c release" >&2; exit 1; }; \
	done
	@test -e "$(BUILD)/$(EXTENSION)" || { echo "make: no $(BUILD)/$(EXTENSION); run: swift build -c release" >&2; exit 1; }

install: built
	install -d "$(root)/bin" "$(root)/lib" "$(bash)" "$(zsh)" "$(fish)" "$(doc)"
	for tool in $(TOOLS); do \
	  install -m 755 "$(BUILD)/$$tool" "$(root)/bin/" && \
	  "$(BUILD)/$$tool" --generate-completion-script bash > "$(bash)/$$tool" && \
	  "$(BUILD)/$$tool" --generate-completion-script zsh > "$(zsh)/_$$tool" && \
	  "$(BUILD)/$$tool" --generate-completion-script fish > "$(fish)/$$tool.fish" || exit 1; \
	done
	install -m 644 "$(BUILD)/$(EXTENSION)" "$(root)/lib/"
	for page in $(PAGES); do install -D -m 644 "man/$$page" "$(root)/share/man/man$${page##*.}/$$page" || exit 1; done
	install -m 644 LICENSE README.md "$(doc)/"
	for file in $(SCRIPTS); do install -D -m 755 "$$file" "$(doc)/$$file" || exit 1; done
	for file in $(TEXTS); do install -D -m 644 "$$file" "$(doc)/$$file" || exit 1; done

uninstall:
	for tool in $(TOOLS); do \
	  rm -f "$(root)/bin/$$tool" "$(bash)/$$tool" "$(zsh)/_$$tool" "$(fish)/$$tool.fish"; \
	done
	rm -f "$(root)/lib/$(EXTENSION)"
	for page in $(PAGES); do rm -f "$(root)/share/man/man$${page##*.}/$$page"; done
	rm -rf "$(doc)"

# What is packed is installed beside the package first, and stripped of symbols.
stage = $(OUT)/stage
name = epi-$(version)-linux-$(machine)
stripped = strip "$(1)"/bin/epi-* && strip --strip-unneeded "$(1)/lib/$(EXTENSION)"

dist: built
	rm -rf "$(stage)"
	$(MAKE) -s install DESTDIR="$(stage)" PREFIX="/$(name)" BUILD="$(BUILD)"
	$(call stripped,$(stage)/$(name))
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(epoch) -C "$(stage)" -cf "$(OUT)/$(name).tar" "$(name)"
	gzip -nf "$(OUT)/$(name).tar"
	rm -rf "$(stage)"
	@echo "$(OUT)/$(name).tar.gz"

# The tools are static; the extension needs the libraries that it names, of this machine's version of the C library or a later one.
define package
Package: epi
Version: $(version)
Architecture: $(shell dpkg --print-architecture)
Maintainer: epi <epi@localhost>
Depends: libc6 (>= $(shell ldd --version | sed -n '1s/.* //p')), libgcc-s1, libjansson4, libstdc++6
Recommends: jq, sqlite3
Section: database
Priority: optional
Description: Yjs documents to SQLite tables and to a vector index
 Four filters: epi-ydecode merges Yjs updates and prints the rows of the
 document, epi-materialize writes rows to a SQLite database, epi-index writes
 their vectors to a snapshot, and epi-search finds the nearest rows. An
 extension has the vector functions of libSQL for any program with SQLite.
endef

deb: export control = $(package)
deb: built
	rm -rf "$(stage)"
	$(MAKE) -s install DESTDIR="$(stage)" PREFIX=/usr BUILD="$(BUILD)"
	$(call stripped,$(stage)/usr)
	gzip -9n "$(stage)"/usr/share/man/man*/*
	mv "$(stage)/usr/share/doc/epi/LICENSE" "$(stage)/usr/share/doc/epi/copyright"
	chmod -R u+rwX,go+rX,go-w "$(stage)"
	size=$$(du -sk "$(stage)" | cut -f 1) && mkdir "$(stage)/DEBIAN" && \
	  printf '%s\nInstalled-Size: %s\n' "$$control" "$$size" > "$(stage)/DEBIAN/control"
	SOURCE_DATE_EPOCH=$(epoch) dpkg-deb --root-owner-group -Zxz -z1 --build "$(stage)" "$(OUT)" >/dev/null
	rm -rf "$(stage)"
	@echo "$(OUT)/epi_$(version)_$(shell dpkg --print-architecture).deb"
