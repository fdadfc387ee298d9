const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON merge patch (RFC 7396): null removes, objects are merged, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}

/** What the parts that a patch touches look like in a document; what is not there is null. */
export function touchedBy(patch: unknown, document: unknown): unknown {
  if (!isObject(patch)) return document ?? null
  const from = isObject(document) ? document : {}
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => [name, touchedBy(value, from[name])]),
  )
}
