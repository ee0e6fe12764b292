import { LabError } from '../lab-error.js';
import { asText, listed, same, type Value, wildcard } from './values.js';

/** What an operator gives for two values, as PowerShell compares and joins them. `-and` and `-or` are not here: they may not look right. */
export const operated = (operator: string, left: Value, right: Value): Value => {
  switch (operator) {
    case '+':
      if (Array.isArray(left)) return [...left, ...listed(right)];
      return typeof left === 'number' ? left + Number(asText(right)) : asText(left) + asText(right);
    case '-eq':
      return same(left, right);
    case '-ne':
      return !same(left, right);
    case '-ge':
      return Number(asText(left)) >= Number(asText(right));
    case '-gt':
      return Number(asText(left)) > Number(asText(right));
    case '-contains':
      return listed(left).some(each => same(each, right));
    case '-notcontains':
      return !listed(left).some(each => same(each, right));
    case '-like':
      return wildcard(asText(right)).test(asText(left));
    case '-match':
      return new RegExp(asText(right), 'iu').test(asText(left));
    case '-notmatch':
      return !new RegExp(asText(right), 'iu').test(asText(left));
    case '-replace': {
      const [pattern, by] = listed(right).map(asText);
      return asText(left).replace(new RegExp(pattern ?? '', 'giu'), by ?? '');
    }
    default:
      throw new LabError(`the operator ${operator} is not known`);
  }
};

export const cast = (type: string, value: Value): Value => {
  if (type === 'string') return asText(value);
  if (type !== 'double') throw new LabError(`[${type}] is not known`);
  const number = Number(asText(value));
  if (Number.isNaN(number)) throw new LabError(`Cannot convert value "${asText(value)}" to type "System.Double".`);
  return number;
};
