/// What must survive the process, as keys and values in an ordered store.
///
/// - **Depends on:** the effects and messages of [dev.gatehouse.broker]; on no particular store.
/// - **Threads:** one writer per shard; see each type.
/// - **Start reading at:** [dev.gatehouse.broker.journal.KeyValues].
@NullMarked
package dev.gatehouse.broker.journal;

import org.jspecify.annotations.NullMarked;
