/**
 * What our cards are made of: Adaptive Cards 1.5 (https://adaptivecards.io/schemas/1.5.0/adaptive-card.json) as far as Teams draws it,
 * and Teams' own `CodeBlock` (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format) and charts.
 */
export type Card = {
  type: 'AdaptiveCard';
  $schema: string;
  version: '1.5';
  lang: string;
  /** For a client that knows no such version. */
  fallbackText: string;
  speak: string;
  msteams: { width: 'Full' };
  body: CardElement[];
  actions?: CardAction[];
  refresh?: { action: Omit<ExecuteAction, 'fallback' | 'mode'>; userIds: string[] };
};

export type CardElement = Heading | RichText | CodeBlock | Container | ActionSet | CardTable | Image | TeamsChart;

/** With its bytes in the card: nothing is loaded, so it is there in every cloud and for everybody who may read the message. */
export type Image = {
  type: 'Image';
  url: string;
  altText: string;
  size: 'Stretch';
  spacing: Spacing;
  /** A tap shows it whole: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format */
  msteams: { allowExpand: true };
};

/**
 * Drawn by the client, in its theme: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards.
 * Phones may not know it (microsoft/AdaptiveCards#9120). What is `drop`ped leaves no gap.
 */
export type TeamsChart = {
  type: 'Chart.Line' | 'Chart.VerticalBar.Grouped';
  title: string;
  showTitle: true;
  xAxisTitle: string;
  yAxisTitle: string;
  colorSet: 'categorical';
  data: { legend: string; color?: 'attention' | 'warning' | 'neutral'; values: { x: string | number; y: number }[] }[];
  stacked?: true;
  spacing: Spacing;
  fallback: Image | 'drop';
};

/** Read as markdown by every client, and differently by each: only for words that hold nothing to read so. */
type Heading = {
  type: 'TextBlock';
  text: string;
  style: 'heading';
  weight: 'Bolder';
  size: 'Large' | 'Default';
  wrap: true;
};

/** Text as it is. Runs follow one another without a gap. */
export type RichText = { type: 'RichTextBlock'; inlines: TextRun[]; spacing?: Spacing };
export type TextRun = {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Small' | 'Default' | 'Large';
  fontType?: 'Monospace';
  italic?: true;
  isSubtle?: true;
};

export type CodeBlock = {
  type: 'CodeBlock';
  codeSnippet: string;
  language: 'PowerShell' | 'PlainText';
  fallback: Container;
};

export type Container = {
  type: 'Container';
  items: CardElement[];
  id?: string;
  isVisible?: false;
  style?: ContainerStyle;
  separator?: true;
  spacing?: Spacing;
  bleed?: true;
};
export type ContainerStyle = 'emphasis' | 'good' | 'attention' | 'warning' | 'accent';
type Spacing = 'None' | 'Small' | 'Medium';

type ActionSet = { type: 'ActionSet'; actions: ToggleAction[]; spacing?: Spacing };
type ToggleAction = { type: 'Action.ToggleVisibility'; title: string; tooltip: string; targetElements: string[] };

type CardTable = { type: 'Table'; columns: { width: number }[]; rows: TableRow[]; spacing?: Spacing };
type TableRow = { type: 'TableRow'; cells: { type: 'TableCell'; items: CardElement[] }[] };

export type CardAction = ExecuteAction | ShowCardAction;

/** A card that opens under the buttons. What is typed there is sent by its own buttons alone. */
export type ShowCardAction = {
  type: 'Action.ShowCard';
  title: string;
  card: { type: 'AdaptiveCard'; body: CardInput[]; actions: ExecuteAction[] };
  mode?: 'secondary';
};
/** Its `id` names what comes back. Clients check `isRequired` and say `errorMessage`. */
export type CardInput = {
  id: string;
  label: string;
  isRequired: true;
  errorMessage: string;
} & (
  | { type: 'Input.ChoiceSet'; style: 'compact'; value: string; choices: { title: string; value: string }[] }
  | { type: 'Input.Text'; placeholder: string; maxLength: number }
);

export type ExecuteAction = {
  type: 'Action.Execute';
  title: string;
  verb: string;
  data: Record<string, string>;
  mode?: 'secondary';
  fallback: SubmitAction;
};
type SubmitAction = { type: 'Action.Submit'; title: string; data: Record<string, string>; mode?: 'secondary' };

/**
 * Clients put a date in the place of `{{DATE(…)}}` and `{{TIME(…)}}` even in text runs
 * (https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features). Halved, it is two runs that mean nothing, and copies as it was.
 */
const BEFORE_DATE = /(?<=\{)(?=\{(?:DATE|TIME)\()/;

export const richText = (words: string, looks: Omit<TextRun, 'type' | 'text'> = {}, spacing?: Spacing): RichText => ({
  type: 'RichTextBlock',
  inlines: words.split(BEFORE_DATE).map(text => ({ type: 'TextRun', text, ...looks })),
  ...(spacing ? { spacing } : {}),
});

/** Something that is folded away, under a button that says what it opens. */
export const folded = (id: string, title: string, tooltip: string, items: CardElement[]): CardElement[] => [
  { type: 'ActionSet', actions: [{ type: 'Action.ToggleVisibility', title, tooltip, targetElements: [id] }] },
  { type: 'Container', id, isVisible: false, style: 'emphasis', items },
];
