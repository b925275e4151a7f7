/** What axons and dendrites share: definitions of calls, their wire form, hashes and signatures. */
export {
  defineSynapse,
  markFloats,
  SYNAPSE_FIELDS,
  type SynapseDefinition,
  type Validator,
  validate,
} from './definition.ts'
export { type JsonLimits, parsePyJson, pyToPlain, stringifyPyJson } from './json.ts'
export { PyFloat, type PyValue, pyStr } from './python-text.ts'
export {
  ANSWER_SIGNATURE_HEADER,
  answerMessage,
  bodyHash,
  createNonces,
  nowNanoseconds,
  requestMessage,
  signMessage,
  type VerifySignature,
  verifyMessage,
  wholeAnswerMessage,
} from './signing.ts'
export {
  type Headers,
  headerText,
  headerValue,
  PROTOCOL_VERSION,
  type TerminalInfo,
  terminalFromHeaders,
  terminalToBody,
  terminalToHeaders,
} from './terminal.ts'
