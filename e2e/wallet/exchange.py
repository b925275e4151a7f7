#!/usr/bin/env python3
"""Wallet files both ways: bittensor-wallet opens what we write, and we open what it writes."""
import json
import os
import stat
import subprocess
import tempfile
from pathlib import Path

from bittensor_wallet import Keypair, Wallet

OURS = Path(__file__).with_name("ours.mjs")
PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
PASSWORD = "Correct-horse-1"
COLD = Keypair.create_from_mnemonic(PHRASE)
HOT = Keypair.create_from_uri("//Alice//hot")
checks = 0


def ours(*args: str) -> str:
    return subprocess.run(["node", str(OURS), *args], check=True, capture_output=True, text=True).stdout.strip()


def check(what: str, condition: bool) -> None:
    global checks
    assert condition, what
    checks += 1
    print(f"ok   {what}")


def wallet(folder: str, name: str) -> Wallet:
    return Wallet(name=name, hotkey="h", path=folder)


def it_opens_ours(folder: str) -> None:
    stored = ours("write", folder)
    locked = wallet(folder, "locked")
    variable = locked.coldkey_file.env_var_name()
    os.environ[variable] = stored
    for name in ("plain", "locked"):
        w = wallet(folder, name)
        check(f"{name}: coldkey", w.coldkey.ss58_address == COLD.ss58_address)
        check(f"{name}: coldkeypub", w.coldkeypub.ss58_address == COLD.ss58_address)
        check(f"{name}: hotkey", w.hotkey.ss58_address == HOT.ss58_address)
        check(f"{name}: signs", COLD.verify(b"a message", w.coldkey.sign(b"a message")))
        mode = stat.S_IMODE(os.stat(w.coldkey_file.path).st_mode)
        check(f"{name}: for its owner only", mode == 0o600)
    check("locked: is encrypted", locked.coldkey_file.is_encrypted())
    check("plain: is not", not wallet(folder, "plain").coldkey_file.is_encrypted())
    # The password in the variable was read, so both encode it alike.
    check("locked: another password is refused", refused(locked))


def refused(w: Wallet) -> bool:
    del os.environ[w.coldkey_file.env_var_name()]
    try:
        w.coldkey_file.get_keypair(password="wrong")
    except Exception:
        return True
    return False


def we_open_its(folder: str) -> None:
    for name in ("plain", "locked"):
        w = wallet(folder, name)
        password = PASSWORD if name == "locked" else None
        w.set_coldkey(keypair=COLD, encrypt=password is not None, overwrite=True, coldkey_password=password)
        w.set_coldkeypub(keypair=COLD, encrypt=False, overwrite=True)
        w.set_hotkey(keypair=HOT, encrypt=False, overwrite=True)
    for name, facts in json.loads(ours("read", folder)).items():
        check(f"its {name}: coldkey", facts["coldkey"] == COLD.ss58_address)
        check(f"its {name}: coldkeypub", facts["coldkeypub"] == COLD.ss58_address)
        check(f"its {name}: hotkey", facts["hotkey"] == HOT.ss58_address)
        check(f"its {name}: signs", COLD.verify(b"a message", bytes.fromhex(facts["signature"][2:])))


for direction in (it_opens_ours, we_open_its):
    with tempfile.TemporaryDirectory() as base:
        direction(base)
print(f"wallet files: {checks} checks passed")
