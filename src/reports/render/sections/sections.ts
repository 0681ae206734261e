import type { Voice } from '../voice.js';
import { changesSection, kindsSection, matrixSection, rateSection } from './area-sections.js';
import { comparisonSection, differingSection } from './comparison-sections.js';
import { eventsSection } from './event-section.js';
import { gapsSection } from './gaps-section.js';
import {
  frontSection,
  openPlacesSection,
  placesSection,
  postsSection,
  redrawnPlacesSection,
  roadsSection,
} from './ground-sections.js';
import type { Section } from './section.js';

/** Every section after the first screen that has content, in order of interest. */
export function sectionsOf(voice: Voice): Section[] {
  return [
    changesSection(voice),
    placesSection(voice),
    openPlacesSection(voice),
    redrawnPlacesSection(voice),
    roadsSection(voice),
    postsSection(voice),
    frontSection(voice),
    eventsSection(voice),
    matrixSection(voice),
    rateSection(voice),
    kindsSection(voice),
    comparisonSection(voice),
    differingSection(voice),
    gapsSection(voice),
  ].filter((section) => section !== null);
}
