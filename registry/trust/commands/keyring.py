"""The commands about one key: make it, put it on a token, print its sealed paper copy, restore it."""

from pathlib import Path

import click
from securesystemslib.signer import CryptoSigner

from bundle.errors import refuse
from registry.trust.commands.founding import warn_of_plain
from registry.trust.commands.shared import FILE, FOLDER, PASSPHRASES, clock, refusing
from registry.trust.files import write
from registry.trust.keys import (
    OWNER_ONLY,
    PersonKey,
    load_holder,
    load_key,
    load_key_file,
    make_key,
    private_half,
    save_key,
    save_public,
    save_token,
)
from registry.trust.paper import PaperKey, page, read_back, written
from registry.trust.passphrase import Passphrases
from registry.trust.sealed import sealed, unsealed
from registry.trust.token import import_token

PERSON = click.option("--person", required=True, help="Người giữ khóa · who holds it")


@click.command()
@click.argument("folder", type=FOLDER)
@click.argument("name")
@PERSON
@click.option("--no-passphrase", "plain", is_flag=True, help="Không mật khẩu: chỉ cho khóa online · only for the online key")
@click.option("--token", metavar="LABEL", help="Khóa nằm trên thẻ PKCS#11 này · the key lives on this token")
@click.option("--token-key", type=int, default=2, show_default=True, help="Số của khóa trên thẻ · the key's number on the token")
@PASSPHRASES
def key(folder: Path, name: str, person: str, plain: bool, token: str | None, token_key: int, ask: Passphrases) -> None:
    """Tạo một khóa · make one key: FOLDER/NAME.json, and FOLDER/NAME.public.json to hand in. The private half never leaves its holder.

    With --token the private half was made on the token and stays there; PYKCS11LIB names the library of its maker.
    """
    with refusing():
        path = folder / f"{name}.json"
        if token is None:
            made = make_key(folder, name, person, None if plain else ask.new(name)).holder
        else:
            save_token(path, name, person, *import_token(token_key, token, name, ask))
            made = load_holder(path)
        save_public(folder / f"{name}.public.json", made)
    click.echo(f"{path}: {person} · {made.keyid[:12]}")
    warn_of_plain([name] if plain and token is None else [])


@click.command()
@click.argument("key_file", type=FILE)
@click.option("--out", required=True, type=FILE, help="Trang SVG để in · the page to print, .svg")
@PASSPHRASES
def backup(key_file: Path, out: Path, ask: Passphrases) -> None:
    """Bản giấy niêm phong · a page to print and seal: the encrypted key as QR code and as lines to type. The passphrase is tried first."""
    with refusing():
        found, opened = load_key_file(key_file), load_key(key_file, ask)
        if found.token:
            what = "khóa nằm trên thẻ, không in được (the key lives on a token and cannot be printed)"
            raise refuse(str(key_file), what, "chuẩn bị thẻ thứ hai, hoặc người thay / prepare a second token, or a substitute")
        raw = sealed(private_half(opened), ask.new(f"{opened.name} (giấy / paper)")) if found.is_plain else bytes.fromhex(found.private)
        paper = PaperKey(opened.name, opened.person, raw)
        write(out, page(paper, opened.keyid, clock().date().isoformat()).encode(), OWNER_ONLY)
    click.echo(written(paper), nl=False)
    click.echo(f"In {out}, cho vào phong bì, niêm, rồi xóa tệp / print it, seal it in an envelope, then delete the file.")


@click.command()
@click.argument("text", type=FILE)
@click.option("--out", required=True, type=FOLDER, help="Thư mục khóa · the folder for the key file")
@PASSPHRASES
def restore(text: Path, out: Path, ask: Passphrases) -> None:
    """Khôi phục từ giấy · make the key file again from the typed or scanned TEXT of a paper copy. Mistyped lines are named."""
    with refusing():
        try:
            paper = read_back(text.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            raise refuse(str(text), "không đọc được (cannot read)", "kiểm tra đường dẫn / check the path") from None
        for passphrase in ask(paper.name):
            private = unsealed(paper.sealed, passphrase)
            if private is not None:
                save_key(out / f"{paper.name}.json", paper.name, paper.person, private, passphrase)
                restored = PersonKey(paper.name, paper.person, CryptoSigner(private))
                break
        else:
            raise refuse(str(text), "sai mật khẩu (wrong passphrase)", "thử lại / try again")
    click.echo(f"{out / f'{paper.name}.json'}: {paper.person} · {restored.keyid[:12]}")
