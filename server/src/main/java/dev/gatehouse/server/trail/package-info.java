/// What happened to every connection attempt: counted exactly, kept within bounds, found again by its id.
///
/// - **Depends on** `diagnosis` for what an attempt is, `journal-rocksdb` for the disk, Jackson for JSON.
/// - **Threads:** any may call; counters and each tenant's lines have a small lock of their own. One writer thread
///   brings lines to the disk; time comes in through [TrailLedger#tick].
/// - **Start reading at** [TrailLedger], then [Census], [Shelf] and [Ring].
@NullMarked
package dev.gatehouse.server.trail;

import org.jspecify.annotations.NullMarked;
