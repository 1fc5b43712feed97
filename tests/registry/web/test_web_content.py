"""The release tree as static files: whole, in part, unchanged, and nothing beside it."""

import socket

import pytest

BLOB = bytes(range(256)) * 8


@pytest.fixture
def site(registry):
    site = registry.config.site
    (site / "blobs/sha256/ab").mkdir(parents=True)
    (site / "blobs/sha256/ab/abcd").write_bytes(BLOB)
    (site / "metadata/vn").mkdir()
    (site / "metadata/vn/timestamp.json").write_text('{"signed":{"version":1}}')
    (site / "draft.txt").write_text("bản nháp")
    (site.parent / "secret").write_text("key")
    return site


async def test_a_blob_comes_whole_and_may_be_cached_for_ever(registry, site):
    answer = await registry.client.get("/content/blobs/sha256/ab/abcd")
    assert await answer.read() == BLOB
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_half_downloaded_blob_resumes_by_range(registry, site):
    answer = await registry.client.get("/content/blobs/sha256/ab/abcd", headers={"Range": "bytes=1000-"})
    assert (answer.status, await answer.read()) == (206, BLOB[1000:])
    assert answer.headers["Content-Range"] == f"bytes 1000-2047/{len(BLOB)}"


async def test_unchanged_metadata_costs_no_body(registry, site):
    first = await registry.client.get("/content/metadata/vn/timestamp.json")
    assert first.headers["Cache-Control"] == "no-cache"
    again = await registry.client.get("/content/metadata/vn/timestamp.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize("path", ["/content/", "/content/blobs/", "/content/metadata/vn", "/content/blobs/sha256/ab/"])
async def test_nothing_is_listed(registry, site, path):
    assert (await registry.client.get(path)).status in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/content/blobs/../../secret",
        "/content/blobs/%2e%2e/%2e%2e/secret",
        "/content/blobs/..%2f..%2fsecret",
        "/content/blobs/%2fetc/passwd",
        "/content/blobs//etc/passwd",
        "/content/blobs/..%5c..%5csecret",
        "/content/blobs/%00",
        "/content/draft.txt",
        "/content/../data/registry.db",
    ],
)
async def test_no_path_leads_out_of_the_tree(registry, site, path):
    # By hand: an HTTP client would tidy the path up before it is sent.
    answer = await raw(registry, path)
    assert answer.split(b" ")[1] in (b"403", b"404", b"400")
    assert b"key" not in answer.split(b"\r\n\r\n", 1)[1]


async def test_a_symbolic_link_leads_nowhere(registry, site):
    (site / "blobs/out").symlink_to(site.parent)
    assert (await registry.client.get("/content/blobs/out/secret")).status in (403, 404)


async def raw(registry, path):
    import asyncio

    server = registry.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port, family=socket.AF_INET)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_the_history_of_releases_is_not_served(registry, site):
    (site / "history/vn/bundle.json").mkdir(parents=True)
    (site / "history/vn/bundle.json/1.pack").write_bytes(b"{}")
    assert (await registry.client.get("/content/history/vn/bundle.json/1.pack")).status == 404
