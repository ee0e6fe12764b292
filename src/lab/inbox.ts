/** One message as a mailbox knows it. */
export type LabMessage = {
  readonly uid: number;
  /** A header by its name in lower case; empty where it has none. */
  readonly header: (name: string) => string;
  readonly flags: Set<string>;
};

/** The INBOX of the lab's mailbox. SMTP delivers into it, IMAP shows it, and tests read it. */
export type Inbox = {
  readonly messages: () => readonly LabMessage[];
  readonly uidNext: () => number;
  /** @param content headers and body, lines ended as on the wire or not */
  readonly deliver: (content: string) => LabMessage;
  readonly remove: (which: (message: LabMessage) => boolean) => void;
  /** Tells each change as the untagged line of IMAP that says it; gives back the end of the telling. */
  readonly watch: (told: (line: string) => void) => () => void;
};

/** An INBOX with that many messages of customers. */
export const openInbox = (count: number): Inbox => {
  let messages: readonly LabMessage[] = [];
  let uidNext = 1;
  const watchers = new Set<(line: string) => void>();
  const tell = (line: string) => {
    for (const told of watchers) told(line);
  };
  const inbox: Inbox = {
    messages: () => messages,
    uidNext: () => uidNext,
    deliver: content => {
      const message = { uid: uidNext, header: headersOf(content), flags: new Set<string>() };
      uidNext += 1;
      messages = [...messages, message];
      tell(`* ${messages.length} EXISTS\r\n`);
      return message;
    },
    remove: which => {
      for (let at = messages.length; at > 0; at -= 1) {
        const message = messages[at - 1] as LabMessage;
        if (!which(message)) continue;
        messages = messages.filter(other => other !== message);
        tell(`* ${at} EXPUNGE\r\n`);
      }
    },
    watch: told => {
      watchers.add(told);
      return () => watchers.delete(told);
    },
  };
  for (let at = 1; at <= count; at += 1) inbox.deliver(fromCustomer(at));
  return inbox;
};

const fromCustomer = (at: number): string =>
  [
    `From: Customer ${at} <customer${at}@example.test>`,
    'To: <help@contoso.test>',
    `Subject: Order ${1000 + at}`,
    `Message-ID: <order-${at}@example.test>`,
    '',
    'Where is my order?',
  ].join('\r\n');

const headersOf = (content: string): LabMessage['header'] => {
  const [head = ''] = content.split(/\r?\n\r?\n/, 1);
  const fields = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const all = new Map(
    fields.map(field => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }),
  );
  return name => all.get(name) ?? '';
};
