/** A list of listeners. Emitting is synchronous and in the order of subscription. */
export interface Signal<T> {
  /** Returns how to stop listening. */
  subscribe(listener: (value: T) => void): () => void
  emit(value: T): void
  readonly size: number
}

/** `report` is told when a listener throws; the others are told the value all the same. */
export function createSignal<T>(report: (error: unknown) => void): Signal<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    get size() {
      return listeners.size
    },
    subscribe(listener) {
      // Wrapped, so that the same function may listen twice.
      const own = (value: T) => listener(value)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    emit(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value)
        } catch (error) {
          report(error)
        }
      }
    },
  }
}
