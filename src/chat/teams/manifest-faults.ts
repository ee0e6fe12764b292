import type { ErrorObject } from 'ajv';

/** As the commands' page has it; the schema lets more pass, the menu in Teams cuts it: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/create-a-bot-commands-menu */
const COMMAND = { title: 32, description: 128 };

/** By Microsoft's schema, and the limits that stand beside it: what speaks against a manifest, one line each, nothing where all is well. */
export const manifestJudge = async (schema: object): Promise<(manifest: unknown) => string[]> => {
  const { Ajv } = await import('ajv');
  // The schema calls itself draft 4, which the validator no longer speaks; it uses nothing that has changed since.
  const { $schema: _, id: __, ...rules } = schema as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(rules);
  return manifest => {
    validate(manifest);
    return [...new Set([...(validate.errors ?? []).map(faultText), ...commandFaults(manifest)])];
  };
};

const faultText = ({ instancePath, keyword, message, params }: ErrorObject): string => {
  const place =
    instancePath
      .slice(1)
      .replace(/\/(\d+)/g, '[$1]')
      .replaceAll('/', '.') || 'manifest.json';
  switch (keyword) {
    case 'additionalProperties':
      return `${place}: Teams knows no «${String(params.additionalProperty)}» here`;
    case 'required':
      return `${place}: ${String(params.missingProperty)} is missing`;
    case 'enum':
      return `${place}: expected one of ${(params.allowedValues as unknown[]).join(', ')}`;
    case 'maxLength':
      return `${place}: expected at most ${String(params.limit)} characters`;
    case 'maxItems':
      return `${place}: expected at most ${String(params.limit)}`;
    case 'pattern':
      return `${place}: expected ${EXPECTED.find(([part]) => String(params.pattern).includes(part))?.[1] ?? `something like ${String(params.pattern)}`}`;
    default:
      return `${place}: ${message ?? keyword}`;
  }
};
const EXPECTED = [
  ['[0-9a-fA-F]{8}-', 'an id like 8f7a0c52-5e0a-4d8e-9f61-0f1c3c1f2a77'],
  ['[Hh][Tt][Tt][Pp]', 'an address that begins with https://'],
  ['#[0-9a-fA-F]{6}', 'a colour like #0F5C7A'],
] as const;

const commandFaults = (manifest: unknown): string[] => {
  const { bots = [] } = manifest as { bots?: { commandLists?: { commands?: Record<string, unknown>[] }[] }[] };
  return bots.flatMap(({ commandLists = [] }, bot) =>
    commandLists.flatMap(({ commands = [] }, list) =>
      commands.flatMap((command, index) =>
        Object.entries(COMMAND)
          .filter(([key, limit]) => String(command[key] ?? '').length > limit)
          .map(
            ([key, limit]) =>
              `bots[${bot}].commandLists[${list}].commands[${index}].${key}: expected at most ${limit} characters`,
          ),
      ),
    ),
  );
};
