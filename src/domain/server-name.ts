/** `EX01.contoso.test` and `ex01` are one server: some commands print one form, some the other. */
export const shortName = (server: string): string => server.toLowerCase().split('.')[0] as string;
