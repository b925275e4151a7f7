import { NeuriteError } from '@neurite/primitives/errors'

/** A request is answered with `status` and the message instead of a result. Handlers may throw it too. */
export class AxonRefusal extends NeuriteError<'AxonRefusal'> {
  override readonly name = 'AxonRefusal'
  readonly status: number

  constructor(status: number, message: string) {
    super('AxonRefusal', message, { data: { status } })
    this.status = status
  }
}
