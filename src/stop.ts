/** Resolves at the first SIGTERM or SIGINT; later ones change nothing, because one stop may be told twice. */
export const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })
