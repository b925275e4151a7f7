"""Axon and dendrite of the Python SDK against ours, in both directions.

Needs a Python with bittensor 10.2.0 and a built repository (node scripts/build.mjs):

    python e2e/python/axon_dendrite.py

Prints one line per check and exits with 1 if any fails. Uses only well-known development keys and 127.0.0.1.
"""

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import ClassVar, Optional

import bittensor as bt
from bittensor.core.stream import StreamingSynapse
from bittensor.utils import networking
from bittensor_wallet import Keypair, Wallet

# Axon and Dendrite ask public services for their address, which a test must not.
networking.get_external_ip = lambda: "127.0.0.9"

PEER = Path(__file__).with_name("axon_peer.mjs")
failures = 0


def check(name: str, passed: bool, detail: object = "") -> None:
    global failures
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}" + ("" if passed else f"  {detail}"))


class Probe(bt.Synapse):
    text: str
    count: int
    weight: float
    flags: list
    meta: dict
    note: Optional[str] = None
    reply: Optional[str] = None
    required_hash_fields: ClassVar[tuple[str, ...]] = ("text", "count", "weight", "flags", "meta", "note")


class Forbidden(Probe):
    pass


class Slow(Probe):
    pass


class Absent(Probe):
    pass


class Words(StreamingSynapse):
    prompt: str
    required_hash_fields: ClassVar[tuple[str, ...]] = ("prompt",)

    async def process_streaming_response(self, response):
        async for chunk in response.content.iter_any():
            yield chunk.decode()

    def extract_response_json(self, response):
        return {"prompt": self.prompt, "name": "Words"}


SAMPLES = [
    dict(text="it's \"quoted\" é 日本 😀\n", count=7, weight=1.0, flags=[True, None, 1, 1.5, 2.0, "a'b"], meta={"10": 1, "2": [{}]}),
    dict(text="", count=-3, weight=1e-7, flags=[], meta={}, note="n"),
    dict(text="big", count=2**70, weight=1e22, flags=[[], {}, "\u200b"], meta={"": 0.1, "b": {"c": -2.5}}),
]


def wallet_of(uri: str, folder: str) -> Wallet:
    wallet = Wallet(name="w", hotkey="h", path=folder)
    keypair = Keypair.create_from_uri(uri)
    wallet.set_coldkey(keypair=keypair, encrypt=False, overwrite=True)
    wallet.set_coldkeypub(keypair=keypair, encrypt=False, overwrite=True)
    wallet.set_hotkey(keypair=keypair, encrypt=False, overwrite=True)
    return wallet


async def python_dendrite(folder: str) -> None:
    peer = subprocess.Popen(["node", str(PEER), "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        facts = json.loads(peer.stdout.readline())
        target = bt.AxonInfo(
            version=1, ip="127.0.0.1", port=facts["port"], ip_type=4, hotkey=facts["hotkey"], coldkey=facts["hotkey"]
        )
        async with bt.Dendrite(wallet_of("//Bob", folder)) as dendrite:
            for i, sample in enumerate(SAMPLES):
                answer = await dendrite.call(target, Probe(**sample), timeout=5)
                # JavaScript writes numbers its own way, so only the text is compared.
                good = answer.is_success and (answer.reply or "").startswith(sample["text"] + "|")
                check(f"python dendrite: probe {i}", good, (answer.dendrite, answer.reply))
                check(f"python dendrite: process time {i}", answer.axon.process_time is not None, answer.axon)
            answer = await dendrite.call(target, bt.Synapse(), timeout=5)
            check("python dendrite: ping", answer.is_success, answer.dendrite)
            answer = await dendrite.call(target, Forbidden(**SAMPLES[1]), timeout=5)
            text = "Forbidden. Key is blacklisted: not today."
            check("python dendrite: 403", answer.is_blacklist and answer.dendrite.status_message == text, answer.dendrite)
            answer = await dendrite.call(target, Absent(**SAMPLES[1]), timeout=5)
            check("python dendrite: 404", answer.dendrite.status_code == 404, answer.dendrite)
            answer = await dendrite.call(target, Slow(**SAMPLES[1]), timeout=0.5)
            check("python dendrite: 408", int(answer.dendrite.status_code) == 408, answer.dendrite)
            stranger = bt.AxonInfo(
                version=1,
                ip="127.0.0.1",
                port=facts["port"],
                ip_type=4,
                hotkey=Keypair.create_from_uri("//Eve").ss58_address,
                coldkey="",
            )
            answer = await dendrite.call(stranger, Probe(**SAMPLES[1]), timeout=5)
            check("python dendrite: signed for another axon is 401", answer.failed_verification, answer.dendrite)

            # Signed by nobody: upstream would let it pass, ours must not.
            import aiohttp

            async with aiohttp.ClientSession() as session:
                async with session.post(f"http://127.0.0.1:{facts['port']}/Probe", json=SAMPLES[1]) as response:
                    message = (await response.json())["message"]
                    good = response.status == 401 and message == "Not Verified with error: Missing signature"
                    check("python dendrite: unsigned is 401", good, (response.status, message))

            chunks = []
            async for chunk in dendrite.call_stream(target, Words(prompt="a b c"), timeout=5, deserialize=False):
                chunks.append(chunk)
            check("python dendrite: stream", "".join(chunks[:-1]) == "a;b;c;", chunks)
            check("python dendrite: stream status", chunks[-1].is_success, chunks[-1].dendrite)
    finally:
        peer.stdin.close()
        peer.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def python_axon(folder: str) -> None:
    async def probe(synapse: Probe) -> Probe:
        synapse.reply = f"{synapse.text}|{synapse.count}|{synapse.weight}"
        return synapse

    async def forbidden(synapse: Forbidden) -> Forbidden:
        return synapse

    async def slow(synapse: Slow) -> Slow:
        await asyncio.sleep(1)
        return synapse

    def not_today(synapse: Forbidden) -> tuple[bool, str]:
        return True, "not today"

    def words(synapse: Words) -> StreamingSynapse.BTStreamingResponse:
        async def streamer(send):
            for word in synapse.prompt.split(" "):
                await send({"type": "http.response.body", "body": f"{word};".encode(), "more_body": True})

        return synapse.create_streaming_response(streamer)

    # `attach` compares signatures, and this module does not postpone annotations.
    not_today.__annotations__["return"] = __import__("typing").Tuple[bool, str]

    port = free_port()
    wallet = wallet_of("//Alice", folder)
    axon = bt.Axon(wallet=wallet, port=port, ip="127.0.0.1", external_ip="127.0.0.1", external_port=port)
    axon.attach(forward_fn=probe)
    axon.attach(forward_fn=forbidden, blacklist_fn=not_today)
    axon.attach(forward_fn=slow)
    axon.attach(forward_fn=words)
    axon.start()
    try:
        command = ["node", str(PEER), "call", str(port), wallet.hotkey.ss58_address]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        answers = [json.loads(line) for line in run.stdout.splitlines()]
    finally:
        axon.stop()
    if run.returncode != 0:
        check("our dendrite runs", False, run.stderr)
    expected = {
        "probe": 200,
        "many": 200,
        "forbidden": 403,
        "absent": 404,
        "wrong-hotkey": 401,
        "slow": 408,
        "words": 200,
    }
    for answer in answers:
        check(f"our dendrite: {answer['name']} is {expected[answer['name']]}", answer["status"] == expected[answer["name"]], answer)
    check("our dendrite: every call answered", len(answers) == len(expected) + 2, [a["name"] for a in answers])
    stream = next((answer for answer in answers if answer["name"] == "words"), {})
    check("our dendrite: stream", stream.get("value") == "a;b;c;", stream)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(python_dendrite(folder + "/bob"))
        python_axon(folder + "/alice")
    print("failed:", failures)
    sys.exit(1 if failures else 0)
