/** What vitest puts in place of a pattern: the modules that fit it, by path. */
interface ImportMeta {
  glob<Module>(pattern: string, options: { eager: true; import?: string }): Record<string, Module>;
}
