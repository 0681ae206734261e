import { type DefinitionVersion, definitionsIn } from './definition-versions.sql.js';

/** One version of a report's definition; `parseReportDefinition` reads it. */
export interface DefinitionRow extends DefinitionVersion {
  no: number;
  report: string;
}

export const {
  all: reportDefinitions,
  one: reportDefinition,
  insert: insertDefinition,
} = definitionsIn<DefinitionRow>('report_definition', 'report');
