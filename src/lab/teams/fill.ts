import { LabError } from '../lab-error.js';
import { isNode, type Node, nodesOf } from './cards.js';

/**
 * What Teams' client sends along with a button of a form: each field of the card that holds the button, as it stands there or as it was
 * filled in (`fill`, by its label; a choice by its words). It sends nothing where a field is required and empty.
 */
export const filledForm = (card: Node, action: Node, fill: Readonly<Record<string, string>>): Node => {
  const form = nodesOf(card).find(node => node.type === 'AdaptiveCard' && node !== card && holds(node, action));
  const fields = form ? nodesOf(form).filter(({ type }) => String(type).startsWith('Input.')) : [];
  const odd = Object.keys(fill).find(label => !fields.some(field => field.label === label));
  if (odd) throw new LabError('the form has no such field', { odd });
  return Object.fromEntries(fields.map(field => [String(field.id), valueIn(field, fill[String(field.label)])]));
};

/** The nodes of a card are copies; what an action sends is not. */
const holds = ({ actions }: Node, { data }: Node): boolean =>
  isNode(data) && Array.isArray(actions) && actions.some(each => isNode(each) && each.data === data);

const valueIn = (field: Node, given: string | undefined): string => {
  const refuse = (why: string): never => {
    throw new LabError(`Teams' client refuses it: ${why}`, { field: field.label });
  };
  const standing = String(field.value ?? '');
  const value = given === undefined ? standing : field.type === 'Input.ChoiceSet' ? chosen(field, given) : given;
  if (value === null) return refuse('no such choice');
  if (field.isRequired === true && value.trim() === '') return refuse(String(field.errorMessage));
  if (value.length > Number(field.maxLength ?? Number.POSITIVE_INFINITY)) return refuse('too long');
  return value;
};

const chosen = ({ choices }: Node, words: string): string | null => {
  const found = (Array.isArray(choices) ? choices : []).filter(isNode).find(({ title }) => title === words);
  return found ? String(found.value) : null;
};
