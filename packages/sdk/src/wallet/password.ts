/** Passwords of keyfiles in environment variables, as bittensor-wallet keeps them. */
import { NeuriteError } from '@neurite/primitives/errors'

export type Environment = Readonly<Record<string, string | undefined>>

/** Name of the variable that may hold the password of the keyfile at the absolute `path`. */
export function passwordVariable(path: string): string {
  return `BT_PW_${path.replace(/[/\\.]/g, '_').toUpperCase()}`
}

/** The bytes of `data` combined with those of `name`, which repeats. Hides a password from a glance, from no one else. */
function xor(data: Uint8Array, name: string): Buffer {
  const key = Buffer.from(name)
  return Buffer.from(data.map((byte, i) => byte ^ key[i % key.length]!))
}

/** Value to put in the variable for the keyfile at `path` so that `password` is found there. */
export function encodePassword(password: string, path: string): string {
  return xor(Buffer.from(password), passwordVariable(path)).toString('base64')
}

/** Password of the keyfile at `path` from `env`; undefined when it has none. */
export function passwordFromEnvironment(path: string, env: Environment): string | undefined {
  const name = passwordVariable(path)
  const value = env[name]
  if (value === undefined || value === '') return undefined
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    throw new NeuriteError('InvalidPasswordVariable', `The variable \`${name}\` is not base64.`, {
      details: ['Expected base64 of the password combined (xor) with the name of the variable.'],
    })
  }
  return xor(Buffer.from(value, 'base64'), name).toString('utf8')
}
