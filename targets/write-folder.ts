/** Where targets find it: a folder is written aside, as weights in a folder are. */
export { WriteError, writeFolder } from "../src/weights/write-folder.js";
