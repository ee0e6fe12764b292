/**
 * What Adaptive Cards 1.5 and Teams know, with the code block that Teams adds: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference.
 * Its charts are left to their fallback, as on a phone (microsoft/AdaptiveCards#9120), but must be right where they are drawn.
 */
const ELEMENTS = new Set(
  `TextBlock RichTextBlock TextRun Image ImageSet Media Container ColumnSet Column FactSet Table TableRow TableCell ActionSet
  Input.Text Input.Number Input.Date Input.Time Input.Toggle Input.ChoiceSet CodeBlock`.split(/\s+/),
);
const ACTIONS = new Set([
  'Action.Execute',
  'Action.Submit',
  'Action.OpenUrl',
  'Action.ShowCard',
  'Action.ToggleVisibility',
]);
/** Teams shows so many of one set: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/design-effective-cards */
const MAX_ACTIONS = 6;
/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views */
const MAX_REFRESHED = 60;
const MAX_MINOR = 5;

export type Node = Record<string, unknown>;
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why Teams would not show this card as it is, or null. Stricter than Teams, which leaves out in silence what it does not know. */
export const cardFault = (card: unknown): string | null => {
  if (!isNode(card) || card.type !== 'AdaptiveCard') return 'the content is no AdaptiveCard';
  const version = /^1\.(\d+)$/.exec(String(card.version));
  if (!version || Number(version[1]) > MAX_MINOR)
    return `version ${String(card.version)}: bots may send 1.${MAX_MINOR} at most`;
  if (!Array.isArray(card.body)) return 'a card needs a body';
  const nodes = nodesOf(card);
  const ids = nodes.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `two elements are called ${twice}`;
  return nodes.map(node => nodeFault(node, ids)).find(fault => fault !== null) ?? refreshFault(card.refresh);
};

const nodeFault = (node: Node, ids: readonly string[]): string | null => {
  const type = String(node.type);
  if (type === 'AdaptiveCard') return actionsFault(node);
  if (CHARTS.has(type)) return chartFault(node);
  if (!ELEMENTS.has(type) && !ACTIONS.has(type)) return node.fallback ? null : `Teams knows no ${type}`;
  switch (type) {
    case 'TextBlock':
      return typeof node.text === 'string' ? null : 'a TextBlock without text';
    case 'CodeBlock':
      return typeof node.codeSnippet === 'string' ? null : 'a CodeBlock without codeSnippet';
    case 'Image':
      return /^https:|^data:image\/(png|jpeg|gif);base64,/.test(String(node.url))
        ? null
        : 'images come by https or as data';
    case 'ActionSet':
      return actionsFault(node);
    case 'Action.OpenUrl':
      return /^https?:\/\//.test(String(node.url)) ? null : 'Action.OpenUrl opens http and https only';
    case 'Action.Execute':
      return typeof node.verb === 'string' ? null : 'an Action.Execute without verb';
    case 'Action.ToggleVisibility':
      return toggleFault(node, ids);
    default:
      return null;
  }
};

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards */
const CHARTS = new Set(['Chart.Line', 'Chart.VerticalBar.Grouped']);
const chartFault = ({ type, data, fallback }: Node): string | null => {
  const series = Array.isArray(data) ? data.filter(isNode) : [];
  const values = series.flatMap(each => (Array.isArray(each.values) ? each.values.filter(isNode) : []));
  if (values.length === 0) return `a ${String(type)} without data`;
  const isNumbered = values.every(({ x }) => typeof x === 'number');
  if (!isNumbered && !values.every(({ x }) => typeof x === 'string')) return 'a chart over numbers and names at once';
  if (!values.every(({ y }) => Number.isFinite(y))) return 'a value in a chart that is no number';
  return fallback === 'drop' || isNode(fallback) ? null : `a ${String(type)} without fallback`;
};

const actionsFault = ({ actions }: Node): string | null => {
  if (actions === undefined) return null;
  if (!Array.isArray(actions)) return 'actions are a list';
  if (actions.some(action => isNode(action) && !action.title && !action.iconUrl)) return 'an action without title';
  const shown = actions.filter(action => isNode(action) && action.mode !== 'secondary').length;
  return shown > MAX_ACTIONS ? `${shown} actions in one set, ${MAX_ACTIONS} are shown` : null;
};

const toggleFault = ({ targetElements: targets }: Node, ids: readonly string[]): string | null => {
  if (!Array.isArray(targets) || targets.length === 0) return 'Action.ToggleVisibility without targetElements';
  const names = targets.map(target => String(isNode(target) ? target.elementId : target));
  const missing = names.find(name => !ids.includes(name));
  return missing === undefined ? null : `nothing is called ${missing}`;
};

const refreshFault = (refresh: unknown): string | null => {
  if (refresh === undefined) return null;
  if (!isNode(refresh) || !isNode(refresh.action) || refresh.action.type !== 'Action.Execute')
    return 'refresh needs an Action.Execute';
  return Array.isArray(refresh.userIds) && refresh.userIds.length > MAX_REFRESHED
    ? `refresh for ${refresh.userIds.length} people, ${MAX_REFRESHED} at most`
    : null;
};

const CHILDREN = ['body', 'items', 'columns', 'rows', 'cells', 'inlines', 'images', 'actions', 'selectAction', 'card'];

/** The card and everything in it, in reading order; what Teams knows is taken as it is, the rest by its `fallback`. */
export const nodesOf = (node: Node): Node[] => {
  const known = node.type === 'AdaptiveCard' || ELEMENTS.has(String(node.type)) || ACTIONS.has(String(node.type));
  if (CHARTS.has(String(node.type))) return [node, ...(isNode(node.fallback) ? nodesOf(node.fallback) : [])];
  if (!known && isNode(node.fallback)) return nodesOf(node.fallback);
  const children = CHILDREN.flatMap(key => {
    const value = node[key];
    return (Array.isArray(value) ? value : [value]).filter(isNode).map(child => ({ type: TYPE_OF[key], ...child }));
  });
  return [node, ...children.flatMap(nodesOf)];
};

/** Types that may be left out, because of where the element stands. */
const TYPE_OF: Readonly<Record<string, string>> = {
  columns: 'Column',
  rows: 'TableRow',
  cells: 'TableCell',
  inlines: 'TextRun',
  images: 'Image',
  card: 'AdaptiveCard',
};

/** What can be pressed, by its words. */
export const actionsOf = (card: unknown): Node[] =>
  isNode(card) ? nodesOf(card).filter(({ type }) => ACTIONS.has(String(type))) : [];
