// Entry script of every page. Pages work without it: it adds keys, drafts, previews, counts and diagrams.
import "htmx.org";
import { startKeys } from "./keys.js";
import { startDrafts } from "./drafts.js";
import { startCounts } from "./counts.js";
import { startIslands } from "./islands.js";
import { startLists } from "./lists.js";
import { startForms } from "./forms.js";
import { startUploads } from "./uploads.js";
import { startFresh } from "./fresh.js";
import { startBack } from "./kept.js";
import { startOverlays } from "./overlays.js";

document.documentElement.classList.add("cf-js");
startFresh();
startOverlays();
startUploads(); // before the forms, whose sending it may put off
startForms();
startDrafts();
startBack();
startLists();
startKeys();
startCounts();
startIslands();
