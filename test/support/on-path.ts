import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The whole path of a program, if there is one of this name. */
export const onPath = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
