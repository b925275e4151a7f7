"""What the checks of the Python SDK share: wallets of development keys, root's calls, both clients, and the report."""

import asyncio
import inspect
import os
import shutil
import sys
import tempfile
import time
import traceback

import bittensor as bt

WALLETS = tempfile.mkdtemp(prefix="neurite-wallets-")


def wallet(name: str, hotkey: str = "") -> bt.Wallet:
    """A wallet on disk, unencrypted: the development key //name as coldkey, //name_hk or the named one as hotkey."""
    made = bt.Wallet(name=name, hotkey="default", path=os.path.join(WALLETS, hotkey or "default"))
    made.create_coldkey_from_uri(f"//{name}", use_password=False, overwrite=True, suppress=True)
    made.create_hotkey_from_uri(f"//{hotkey or name + '_hk'}", use_password=False, overwrite=True, suppress=True)
    return made


class Blocking:
    """The asynchronous client, each call waited for, so that one body checks both clients."""

    def __init__(self, client, loop):
        self._client = client
        self._loop = loop

    def __getattr__(self, name):
        value = getattr(self._client, name)
        if inspect.isawaitable(value):
            return self._settled(value)
        if not callable(value):
            return value
        return lambda *args, **named: self._settled(value(*args, **named))

    def _settled(self, value):
        async def wait():
            return await value

        return self._loop.run_until_complete(wait()) if inspect.isawaitable(value) else value


def connect(url: str, tag: str, loop):
    if tag == "sync":
        return bt.Subtensor(network=url)
    return Blocking(loop.run_until_complete(bt.AsyncSubtensor(network=url).initialize()), loop)


def plain(value):
    """What a storage query gave, without the wrapper that some versions put around it."""
    return getattr(value, "value", value)


def good(response):
    assert response.success, response.message
    return response


def refused(response, *texts: str):
    """The call failed, and its message names one of the texts."""
    assert not response.success, "it was taken"
    assert any(text in str(response.message) for text in texts), response.message


def call(subtensor, signer: bt.Wallet, module: str, function: str, key: str = "coldkey", **args):
    """
    Signs and sends a call as composed here. The nonce is the chain's: the asynchronous client counts on by itself after a
    call that the pool refused, and would wait for ever.
    """
    composed = subtensor.compose_call(call_module=module, call_function=function, call_params=args)
    return subtensor.sign_and_send_extrinsic(call=composed, wallet=signer, sign_with=key)


def root(subtensor, function: str, module: str = "AdminUtils", **args):
    """A call as root, by way of the development network's sudo key."""
    inner = subtensor.compose_call(call_module=module, call_function=function, call_params=args)
    composed = subtensor.compose_call(call_module="Sudo", call_function="sudo", call_params={"call": inner})
    return good(subtensor.sign_and_send_extrinsic(call=composed, wallet=wallet("Alice")))


def epochs(subtensor, netuid: int, count: int = 1) -> None:
    """Goes on from block to block until so many epochs of the subnet have begun."""
    start = plain(subtensor.query_subtensor("SubnetEpochIndex", params=[netuid]))
    while plain(subtensor.query_subtensor("SubnetEpochIndex", params=[netuid])) < start + count:
        subtensor.wait_for_block()


class Checks:
    """Named checks, run in the order of their declaration."""

    def __init__(self, title: str):
        self.title = title
        self.all = []

    def __call__(self, name: str):
        def wrap(body):
            self.all.append((name, body))
            return body

        return wrap

    def run(self, url: str) -> None:
        """Runs all with the synchronous client, then all with the asynchronous one, and ends the process."""
        passed = failed = 0
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        for tag in ("sync", "async"):
            for name, body in self.all:
                # A client for each check: the asynchronous one counts nonces by itself, past those of other calls.
                client = connect(url, tag, loop)
                started = time.monotonic()
                try:
                    body(client, tag)
                    passed += 1
                    print(f"ok   {tag}: {name} ({time.monotonic() - started:.1f} s)", flush=True)
                except Exception:
                    failed += 1
                    print(f"FAIL {tag}: {name}", flush=True)
                    traceback.print_exc()
                client.close()
        shutil.rmtree(WALLETS, ignore_errors=True)
        print(f"{self.title}: {passed} passed, {failed} failed")
        # The SDK leaves threads behind that keep the interpreter alive.
        sys.stdout.flush()
        os._exit(1 if failed else 0)
