/** Errors in the shape OpenAI's clients know. */

import { NeuriteError } from '@neurite/primitives/errors'

export type ApiErrorType = 'invalid_request_error' | 'authentication_error' | 'rate_limit_error' | 'server_error'

export interface ApiErrorOptions {
  readonly code: string
  /** Field of the request that is wrong. */
  readonly param?: string
  readonly headers?: Readonly<Record<string, string>>
}

const TYPE_OF_STATUS: Readonly<Record<number, ApiErrorType>> = { 401: 'authentication_error', 429: 'rate_limit_error' }

export class ApiError extends NeuriteError {
  override readonly name = 'ApiError'
  readonly status: number
  readonly param: string | null
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, { code, param, headers = {} }: ApiErrorOptions) {
    super(code, message)
    this.status = status
    this.param = param ?? null
    this.headers = headers
  }

  get body() {
    const type = TYPE_OF_STATUS[this.status] ?? (this.status >= 500 ? 'server_error' : 'invalid_request_error')
    return { error: { message: this.message, type, param: this.param, code: this.code } }
  }
}

export const invalid = (message: string, param: string, code = 'invalid_value'): ApiError =>
  new ApiError(400, message, { code, param })
