type Tree = Record<string, unknown>

const isObject = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

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

/** The merge patch that turns one value into the other; lists are replaced as a whole. */
export function patchBetween(before: unknown, after: unknown): Tree {
  const from = isObject(before) ? before : {}
  const to = isObject(after) ? after : {}
  const patch: Tree = {}
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (!(name in to) || to[name] === undefined) {
      if (from[name] !== undefined) patch[name] = null
    } else if (JSON.stringify(from[name]) !== JSON.stringify(to[name]))
      patch[name] = isObject(to[name]) ? patchBetween(from[name], to[name]) : to[name]
  }
  return patch
}

/** What differs, and nothing else, as it was and as it is; list items go by their places, what is not there is null. */
export function difference(before: unknown, after: unknown): { before: unknown; after: unknown } {
  if (!isTree(before) || !isTree(after)) return { before: before ?? null, after: after ?? null }
  const was: Tree = {}
  const is: Tree = {}
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue
    const inside = difference(before[name], after[name])
    was[name] = inside.before
    is[name] = inside.after
  }
  return { before: was, after: is }
}

/** The leaves of a tree by their paths, `customer.name` or `lines.0.sku`. */
export function leavesOf(tree: unknown, path = ''): Record<string, unknown> {
  if (!isTree(tree)) return path === '' ? {} : { [path]: tree }
  return Object.assign(
    {},
    ...Object.entries(tree).map(([name, value]) =>
      leavesOf(value, path === '' ? name : `${path}.${name}`),
    ),
  ) as Record<string, unknown>
}

/** A copy with one value set, or removed where it is undefined. A path that leads nowhere changes nothing. */
export function withValue(tree: unknown, path: string, value: unknown): unknown {
  const [name = '', ...rest] = path.split('.')
  if (Array.isArray(tree)) {
    const at = Number(name)
    if (!Number.isInteger(at) || at < 0 || at >= tree.length) return tree
    const items: unknown[] = [...tree]
    if (rest.length === 0 && value === undefined) items.splice(at, 1)
    else items[at] = rest.length === 0 ? value : withValue(items[at], rest.join('.'), value)
    return items
  }
  if (!isObject(tree) && tree !== undefined) return tree
  const fields = new Map(Object.entries(tree ?? {}))
  if (rest.length > 0) fields.set(name, withValue(fields.get(name), rest.join('.'), value))
  else if (value === undefined) fields.delete(name)
  else fields.set(name, value)
  return Object.fromEntries(fields)
}
