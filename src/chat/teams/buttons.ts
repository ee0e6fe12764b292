import { type Field, type Form, NEEDED } from '../../view/form.js';
import type { Action } from '../../view/view.js';
import { oneLine } from '../clean.js';
import type { Card, CardAction, CardInput, ExecuteAction, ShowCardAction } from './card.js';
import type { Click } from './click.js';

/** Teams shows six buttons of a card; more stand in its menu: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference */
const VISIBLE = 6;

/** A menu of one line is a button that takes two clicks. */
const LEAST_IN_MENU = 2;

/**
 * Each action by `Action.Execute`, and where a client is older by `Action.Submit`: the same words come back. What must be told more first
 * opens its form in the card. As many as have room, the first of them in sight and the rare ones in the menu.
 */
export const buttonsOf = (actions: readonly Action[], max: number): CardAction[] => {
  const hasMenu = actions.filter(({ rare }) => rare).length >= LEAST_IN_MENU;
  const buttons: CardAction[] = [];
  let length = 0;
  let shown = 0;
  for (const [index, action] of actions.entries()) {
    const inMenu = shown >= VISIBLE || (hasMenu && action.rare === true);
    const button = action.form ? formOf(action, action.form, inMenu, index) : buttonOf(action, inMenu);
    length += JSON.stringify(button).length + 1;
    if (length > max) break;
    if (!inMenu) shown += 1;
    buttons.push(button);
  }
  return buttons;
};

const buttonOf = ({ id, label, command }: Action, inMenu: boolean): ExecuteAction =>
  execute(titleOf(label), { uccx: 'ask', id, command }, inMenu);

/** @param nth tells its fields from those of another form of the same card */
const formOf = ({ id, label }: Action, form: Form, inMenu: boolean, nth: number): ShowCardAction => ({
  type: 'Action.ShowCard',
  title: titleOf(label),
  card: {
    type: 'AdaptiveCard',
    body: form.fields.map(field => inputOf(field, nth)),
    actions: [
      execute(
        titleOf(form.submit),
        { uccx: 'fill', id, command: form.command.replace(/\{([a-z]+)\}/g, `{$1${nth}}`) },
        false,
      ),
    ],
  },
  ...(inMenu ? { mode: 'secondary' } : {}),
});

const inputOf = (field: Field, nth: number): CardInput => {
  const asks = {
    id: `${field.name}${nth}`,
    label: titleOf(field.label),
    isRequired: true,
    errorMessage: NEEDED,
  } as const;
  if (field.is === 'words')
    return { type: 'Input.Text', ...asks, placeholder: oneLine(field.hint), maxLength: field.max };
  const choices = field.options.map(({ value, label }) => ({ title: titleOf(label), value }));
  return { type: 'Input.ChoiceSet', ...asks, style: 'compact', value: field.chosen, choices };
};

const execute = (title: string, data: Asked, inMenu: boolean): ExecuteAction => {
  const mode = inMenu ? { mode: 'secondary' as const } : {};
  return {
    type: 'Action.Execute',
    title,
    verb: data.uccx,
    data,
    ...mode,
    fallback: { type: 'Action.Submit', title, data, ...mode },
  };
};
type Asked = { uccx: Click['uccx']; id: string; command: string };

const titleOf = (label: string): string => oneLine(label).trim() || 'Go on';

/** What the clients of these people ask by themselves when the card is looked at again; Teams asks for sixty people at most. */
export const refreshOf = ({
  for: people,
  command,
}: {
  for: readonly string[];
  command: string;
}): NonNullable<Card['refresh']> => {
  const data: Asked = { uccx: 'refresh', id: 'refresh', command };
  return {
    action: { type: 'Action.Execute', title: 'Refresh', verb: data.uccx, data },
    userIds: people.slice(0, 60),
  };
};
