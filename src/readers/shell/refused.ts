/**
 * What the shell says to a parameter that it does not have, in the languages of Windows that put the name into quotes. The id of the error
 * is the same in every language and stands in the lines behind it.
 */
export const refusedParameter = (line: string): string | null =>
  line.length > 2000
    ? null
    : (/^[^'"«„“‘]{0,200}['"«„“‘]\s?-?([A-Za-z][A-Za-z0-9]{2,60})\s?['"»“”’]\.?\s*$/.exec(line)?.[1] ?? null);

/** `+ FullyQualifiedErrorId : NamedParameterNotFound,Set-ThrottlingPolicy`. */
export const refusingCmdlet = (line: string): string | null =>
  line.length > 2000
    ? null
    : (/FullyQualifiedErrorId\s*:\s*NamedParameterNotFound,\s*([A-Za-z]+-[A-Za-z]+)/.exec(line)?.[1] ?? null);
