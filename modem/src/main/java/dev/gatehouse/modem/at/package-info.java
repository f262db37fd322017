/// The serial line and the language spoken on it: bytes in, answers, unsolicited messages and data out.
///
/// - **Depends on** nothing of Gatehouse; knows no command by meaning except those that carry counted data.
/// - **Threads:** one reader and one writer per [AtEngine]; commands run on the thread that asks, one at a time.
/// - **Start reading at** [Line], then [Framer], [Dialogue] and [AtEngine].
@NullMarked
package dev.gatehouse.modem.at;

import org.jspecify.annotations.NullMarked;
