/** `POST /v1/embeddings`: the request as OpenAI defines it, checked with messages that say what to do. */
import { invalid } from './errors.ts'

export interface EmbeddingsRequest {
  readonly model: string
  readonly inputs: readonly string[]
  readonly dimensions: number | undefined
  readonly encoding: 'float' | 'base64'
}

export interface RequestLimits {
  /** Texts of one request. */
  readonly inputs: number
  /** Characters of one text. */
  readonly characters: number
  readonly dimensions: readonly [number, number]
}

export function parseEmbeddingsRequest(body: unknown, limits: RequestLimits): EmbeddingsRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('The body must be a JSON object with `model` and `input`.', 'body')
  }
  const { model, input, dimensions, encoding_format: encoding = 'float' } = body as Record<string, unknown>
  if (typeof model !== 'string' || model === '') throw invalid('`model` must be a text such as `embed`.', 'model')
  if (encoding !== 'float' && encoding !== 'base64') {
    throw invalid('`encoding_format` must be `float` or `base64`.', 'encoding_format')
  }
  const [least, most] = limits.dimensions
  if (
    dimensions !== undefined &&
    !(Number.isInteger(dimensions) && (dimensions as number) >= least && (dimensions as number) <= most)
  ) {
    throw invalid(`\`dimensions\` must be a whole number from ${least} to ${most}.`, 'dimensions')
  }
  return { model, inputs: parseInput(input, limits), dimensions: dimensions as number | undefined, encoding }
}

function parseInput(input: unknown, limits: RequestLimits): readonly string[] {
  if (input === undefined)
    throw invalid('`input` is missing: give a text or a list of texts.', 'input', 'missing_required_parameter')
  const inputs: readonly unknown[] = Array.isArray(input) ? input : [input]
  if (inputs.length === 0) throw invalid('`input` is an empty list.', 'input')
  if (inputs.length > limits.inputs) {
    throw invalid(`\`input\` has ${inputs.length} texts; at most ${limits.inputs} fit one request.`, 'input')
  }
  inputs.forEach((text, i) => {
    if (typeof text === 'number' || Array.isArray(text)) {
      throw invalid('Token arrays are not supported: there is no common tokenizer. Send `input` as text.', 'input')
    }
    if (typeof text !== 'string') throw invalid(`\`input[${i}]\` must be a text.`, 'input')
    if (text === '') throw invalid(`\`input[${i}]\` is an empty text.`, 'input')
    if (text.length > limits.characters) {
      throw invalid(
        `\`input[${i}]\` has ${text.length} characters; at most ${limits.characters} fit. Cut it into parts.`,
        'input',
        'context_length_exceeded',
      )
    }
  })
  // Half of a surrogate pair cannot be written as UTF-8; what arrives broken is asked as the replacement character.
  return (inputs as readonly string[]).map((text) => text.replace(LONE_SURROGATES, '\ufffd'))
}

const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
