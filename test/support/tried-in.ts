/** How many logins a server of the lab has met, on all of its accounts. */
export const triedIn = (accounts: Readonly<Record<string, { tried: number }>> | undefined): number =>
  Object.values(accounts ?? {}).reduce((sum, { tried }) => sum + tried, 0);
