/** What stands in the configuration, and what people asked for besides: of one id that of the configuration. */
export const withConfigured = <Each extends { id: string }>(
  configured: readonly Each[],
  stored: readonly Each[],
): Each[] => [...configured, ...stored.filter(({ id }) => !configured.some(each => each.id === id))];
