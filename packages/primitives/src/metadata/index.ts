/** Reading a chain's metadata, and codecs made from it. */
export * from './decode.ts'
export { DynamicCodecs } from './dynamic.ts'
