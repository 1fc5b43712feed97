# What a newcomer types: `make demo` shows it, `make test` checks it; each longer suite is a target of its own.
SHELL := /bin/bash
PY := .venv/bin/python
# Tesseract also brings libicu, which divides Khmer into words and is named otherwise in every release.
# Of openssh-server the suite starts the program alone, on the loopback; Debian itself starts it as a service where systemd runs.
DEBIAN := python3-venv gcc chromium xvfb espeak-ng tesseract-ocr tesseract-ocr-vie zbar-tools libpango-1.0-0 libpangocairo-1.0-0 libcairo2 \
          libpangoft2-1.0-0 fontconfig fonts-noto-core fonts-noto-extra fonts-noto-color-emoji \
          ffmpeg icecast2 systemd postgresql nginx-light openssh-client openssh-server

# What emulates a unit, and what its image is made from.
GUEST := qemu-system-x86 qemu-utils mmdebstrap debian-archive-keyring busybox-static e2fsprogs dosfstools mtools kmod gcc make linux-headers-amd64 linux-source
# The same for an arm64 unit: programs of its own run here by emulation while its disk is made.
GUEST_ARM64 := $(GUEST) qemu-system-arm qemu-user-static arch-test gcc-aarch64-linux-gnu

# What builds the packages of a unit, for arm64 too: one library has to be compiled.
PACKAGERS := dpkg-dev binutils swig gcc libc6-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross

define installed
@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then echo "== Debian: $$missing"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	  else echo "Cần cài gói Debian / Debian packages are missing. As root:"; echo "  apt-get install --no-install-recommends $$missing" | tr '\n' ' '; echo; exit 1; fi; fi
endef

define guest
$(MAKE) deb TARGETS=$$(. /etc/os-release && echo $$VERSION_CODENAME)-$(1)
$(PY) -m tests.guest.build $(1)
GUEST_ARCHITECTURE=$(1) GUEST_KILLS=$(or $(KILLS),8) $(PY) -m pytest -s -m guest $(GUEST_TESTS)
endef

WORKERS ?= 4
# What waits for real sound most of its time: more workers than cores would make it late.
LISTENERS ?= 2
# A story, or a page in a browser, waits part of its time for programs of its own: more of them at once would run out of patience.
# They are shared out by file, for stories of one file may look at one thing that took minutes to make.
TELLERS ?= 3
# Thousands of small databases, trees and journals are made and synced. Memory takes them where there is enough of it and programs may
# run from there; what hears real sound keeps its disk, and so do the stories of whole programs.
RAM ?= $(shell [ -w /dev/shm ] && ! findmnt -no OPTIONS /dev/shm | grep -qw noexec && [ $$(df --output=avail -k /dev/shm | tail -1) -gt 2000000 ] && echo /dev/shm)
IN_RAM := $(if $(RAM),TMPDIR=$(RAM))
# Without its bytecode every module is compiled, and its asserts rewritten, by each worker and each program of a story again.
unexport PYTHONDONTWRITEBYTECODE
# What of the registry's tests opens no database: what it makes and signs lies in files.
NO_DATABASE := --ignore=tests/registry/making --ignore=tests/registry/alerts/cap --ignore-glob='tests/registry/test_trust_*'
# What reads the registry's database from elsewhere.
ALSO_POSTGRES := tests/bangtin/test_archive_postgres.py
LONG := endtoend or journey or powercuts or soak or storm or guest or kills or registrykills or pictures
FUZZED := manifest pack journal delta letter cap stick
RUNS ?= 1000000

.PHONY: demo test check fast postgres bench journey powercuts registry-kills soak storm guest guest-arm64 deb lintian gallery handbook pictures explore conformance fuzz fuzz-keep $(FUZZED:%=fuzz-%) lock audit debian clean

demo: .venv/ready ## show the whole product on this machine: WINDOW=1 on a screen, KEEP=1 leaves it running
	$(PY) -m bangtin demo --out demo-out $(if $(WINDOW),--window) $(if $(KEEP),--keep)

test: check fast ## the checks, the fast tests and the end-to-end stories; each longer suite is a target of its own
	$(PY) -m pytest -n $(TELLERS) --dist loadfile -m endtoend tests/endtoend

fast: .venv/ready
	$(IN_RAM) $(PY) -m pytest -n $(WORKERS) --dist worksteal -m "not (realtime or browser or $(LONG))"
	$(IN_RAM) $(PY) -m pytest -n $(TELLERS) --dist worksteal -m "browser and not ($(LONG))" tests/registry
	$(PY) -m pytest -n $(LISTENERS) --dist worksteal -m "realtime and not ($(LONG))" tests/audio tests/deploy

postgres: .venv/ready ## the registry's tests once more, on a PostgreSQL of their own, and several processes behind nginx
	$(PY) -m tests.registry.cluster $(PY) -m pytest -n $(WORKERS) --dist worksteal -m "not (sqlite or browser or realtime or $(LONG))" \
	  tests/registry $(NO_DATABASE) $(ALSO_POSTGRES)

check: .venv/ready ## style, types and the direction of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/ready ## measure against a peer or the physical floor; writes bench/results.json
	$(PY) -m bench

powercuts: .venv/ready ## cut a loop-mounted ext4 and a store double again and again; needs root and strace; CUTS=n
	@command -v strace >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace; }
	CUTS=$(or $(CUTS),100) $(PY) -m pytest -m powercuts tests/powercuts

journey: .venv/ready ## record on a phone, approve on another, hear and see it in the village, stop it; pictures in build/journey, a quarter of an hour
	mkdir -p build/journey
	KEEP_PICTURES=build/journey $(PY) -m pytest -s -m journey tests/journeys

kills: .venv/ready ## SIGKILL and SIGSTOP of voice, sound process, decoder and amplifier at random moments; KILLS=n of each, SEED=n
	KILLS=$(or $(KILLS),100) SEED=$(or $(SEED),0) $(PY) -m pytest -s -m kills tests/kills

registry-kills: .venv/ready ## SIGKILL of a registry under load on SQLite and PostgreSQL, counting what was acknowledged and lost; KILLS=n SEED=n
	KILLS=$(or $(KILLS),20) SEED=$(or $(SEED),0) $(PY) -m pytest -s -m registrykills tests/registry/kills

soak: .venv/ready ## a day of programme by driven clock, an hour in real time, and 100,000 turns of a board; HOURS=n MINUTES=n TURNS=n
	HOURS=$(or $(HOURS),24) MINUTES=$(or $(MINUTES),60) $(PY) -m pytest -s -m soak tests/soak

storm: .venv/ready ## a night of storm replayed, forty alerts in six hours: board, loudspeaker and light at every minute
	$(PY) -m pytest -s -m storm tests/storm

GUEST_TESTS ?= tests/guest

guest: .venv/ready ## install the packages in an emulated Debian with real kernel GPIO, sound card, DRM screen and systemd; needs root; KILLS=n
	$(call installed,$(GUEST))
	$(call guest,amd64)

guest-arm64: .venv/ready ## the same on an emulated arm64 machine, a Pi's processor: some hours; needs root; KILLS=n GUEST_TESTS=file
	$(call installed,$(GUEST_ARM64))
	$(call guest,arm64)

deb: .venv/ready ## the Debian packages of a unit in build/deb, for Debian 12 and 13, arm64 and amd64; TARGETS="bookworm-amd64 …" VERSION=v
	$(call installed,$(PACKAGERS))
	$(PY) -m deploy.deb $(TARGETS) $(if $(VERSION),--version $(VERSION))

lintian: ## judge every package in build/deb by Debian's own rules; what is let pass has its reason in deploy/deb/lintian
	$(call installed,lintian)
	lintian --fail-on error --allow-root build/deb/*.deb

gallery: .venv/ready ## paint, measure and read every page of every board: sheets in docs/board, single pages in build/gallery; BOARD=name
	$(PY) -m tests.display.gallery $(BOARD)

handbook: .venv/ready ## walk the technician's journeys once more, and take the pictures of docs/technician.*.md from them
	$(PY) -m tests.endtoend.handbook

pictures: .venv/ready ## open every page of the registry on a phone and a PC, run axe-core on each, and make docs/registry from what was seen
	$(PY) -m tests.registry.web.pictures

explore: .venv/ready ## every property with new examples, fifteen times as many as in the suite
	$(PY) -m pytest -m "hypothesis and not ($(LONG))" --hypothesis-profile=explore

fuzz: $(FUZZED:%=fuzz-%) ## foreign bytes with coverage feedback, RUNS=n for each reader; `make -j2 fuzz` uses two cores

$(FUZZED:%=fuzz-%): fuzz-%: build/fuzz/ready
	@mkdir -p build/fuzz/new/$*
	@echo "== $* (a costly reader gets a share of the $(RUNS) executions)"
	@build/fuzz/bin/python -m tests.fuzz $* $(RUNS) build/fuzz/new/$* tests/fuzz/corpus/$* -max_len=40000 -timeout=60 \
	  -artifact_prefix=build/fuzz/finding-$*- > build/fuzz/$*.log 2>&1 || { tail -40 build/fuzz/$*.log; exit 1; }
	@echo "== $*: $$(grep '^Done' build/fuzz/$*.log), no unexpected exception"

fuzz-keep: build/fuzz/ready ## keep what the last `make fuzz` found interesting in the corpus of the fast suite
	for name in $(FUZZED); do build/fuzz/bin/python -m tests.fuzz $$name 0 tests/fuzz/corpus/$$name -merge=1 build/fuzz/new/$$name; done

build/fuzz/ready: tests/fuzz/requirements.txt .venv/ready
	python3 -m venv build/fuzz
	build/fuzz/bin/pip install --disable-pip-version-check --quiet --require-hashes -r tests/fuzz/requirements.txt
	echo "$$(cd .venv/lib/python3*/site-packages && pwd)" > "$$(echo build/fuzz/lib/python3*/site-packages)/bangtin.pth"
	@touch $@

conformance: .venv/ready ## the public TUF conformance suite against the unit's own client; SUITE=<folder of the suite>, see docs/conformance.md
	@test -f "$(SUITE)/CLIENT-CLI.md" || { echo "SUITE=$(SUITE): không có bộ kiểm tra ở đó / the public suite is not there; see docs/conformance.md" >&2; exit 1; }
	@command -v faketime >/dev/null || { echo "thiếu faketime / missing: apt-get install --no-install-recommends faketime" >&2; exit 1; }
	python3 -m venv build/conformance
	build/conformance/bin/pip install --disable-pip-version-check --quiet "$(SUITE)"
	cd "$(SUITE)" && PYTHONDONTWRITEBYTECODE=1 "$(CURDIR)/build/conformance/bin/python" -m pytest -p no:cacheprovider -q tuf_conformance \
	  --entrypoint="$(CURDIR)/tests/conformance/client"

audit: .venv/ready
	.venv/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

lock: ## after changing pyproject.toml; needs pip-tools
	pip-compile --quiet --upgrade --extra dev --extra pi --extra registry --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --allow-unsafe --strip-extras --output-file requirements.lock pyproject.toml

debian: .debian-ready
.debian-ready:
	$(call installed,$(DEBIAN))
	@touch $@

.venv/ready: requirements.lock pyproject.toml .debian-ready
	python3 -m venv .venv
	.venv/bin/pip install --disable-pip-version-check --progress-bar on --require-hashes -r requirements.lock
	.venv/bin/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	$(PY) -m display.libraries
	@touch $@

clean:
	rm -rf .venv .debian-ready demo-out build
