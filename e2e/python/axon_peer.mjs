#!/usr/bin/env node
import { devKeypair } from '@neurite/primitives/keyring'
// The Neurite side of axon_dendrite.py.
//   node axon_peer.mjs serve               an axon for //Alice; prints {"port", "hotkey"} and runs until its input ends
//   node axon_peer.mjs call <port> <ss58>  calls a Python axon as //Bob in every way; prints one JSON line for each
import { createAxon, defineSynapse } from '@neurite/sdk/axon'
import { createDendrite } from '@neurite/sdk/dendrite'
import { z } from 'zod'

const probeFields = {
  text: z.string(),
  count: z.union([z.number().int(), z.bigint()]),
  weight: z.number(),
  flags: z.array(z.unknown()),
  meta: z.record(z.string(), z.unknown()),
  note: z.string().nullable().default(null),
}

const Probe = defineSynapse({
  name: 'Probe',
  request: z.object(probeFields),
  response: z.object({ reply: z.string() }),
  requiredHashFields: ['text', 'count', 'weight', 'flags', 'meta', 'note'],
  floatFields: ['weight'],
})
const Forbidden = { ...Probe, name: 'Forbidden' }
const Slow = { ...Probe, name: 'Slow' }
const Words = defineSynapse({
  name: 'Words',
  request: z.object({ prompt: z.string() }),
  response: z.object({}),
  requiredHashFields: ['prompt'],
  streaming: true,
})

const reply = ({ text, count, weight }) => ({ reply: `${text}|${count}|${weight}` })

async function serve() {
  const axon = createAxon({ keypair: devKeypair('Alice'), host: '127.0.0.1', port: 0 })
  axon
    .attach(Probe, { handle: reply })
    .attach(Forbidden, { handle: reply, blacklist: () => 'not today' })
    .attach(Slow, { handle: () => new Promise(() => {}) })
    .attach(Words, {
      handle: async function* ({ prompt }) {
        for (const word of prompt.split(' ')) yield `${word};`
      },
    })
  const port = await axon.listen()
  console.log(JSON.stringify({ port, hotkey: devKeypair('Alice').address }))
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.once('end', resolve))
  await axon.close(0)
}

const samples = [
  { text: 'it\'s "quoted" é 日本 😀\n', count: 7, weight: 1, flags: [true, null, 1, 1.5, "a'b"], meta: { k: [{}] } },
  { text: '', count: -3, weight: 1e-7, flags: [], meta: {}, note: 'n' },
  { text: 'big', count: 123456789012, weight: 1e22, flags: [[], {}, '\u200b'], meta: { '': 0.1, b: { c: -2.5 } } },
]

async function call(port, hotkey) {
  const dendrite = createDendrite({ keypair: devKeypair('Bob'), timeout: 5 })
  const target = { ip: '127.0.0.1', port, hotkey }
  const print = (name, answer) => {
    const { ok, status, message, value, axon } = answer
    console.log(JSON.stringify({ name, ok, status, message, value, axonStatus: axon.statusCode }))
  }
  for (const sample of samples) print('probe', await dendrite.call(target, Probe, sample))
  const many = await Promise.all(Array.from({ length: 20 }, () => dendrite.call(target, Probe, samples[0])))
  print('many', many.find(({ ok }) => !ok) ?? many[0])
  print('forbidden', await dendrite.call(target, Forbidden, samples[1]))
  print('absent', await dendrite.call(target, { ...Probe, name: 'Absent' }, samples[1]))
  print('wrong-hotkey', await dendrite.call({ ...target, hotkey: devKeypair('Eve').address }, Probe, samples[1]))
  print('slow', await dendrite.call(target, Slow, samples[1], { timeout: 0.3 }))
  const stream = dendrite.stream(target, Words, { prompt: 'a b c' })
  let text = ''
  for (;;) {
    const { done, value } = await stream.next()
    if (done) {
      print('words', { ...value, value: text })
      break
    }
    text += new TextDecoder().decode(value)
  }
  dendrite.close()
}

const [command, port, hotkey] = process.argv.slice(2)
if (command === 'serve') await serve()
else await call(Number(port), hotkey)
