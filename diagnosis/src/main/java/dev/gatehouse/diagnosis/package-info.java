/// What a connection met on its way, and what follows from it: facts, trails, causes, verdicts.
///
/// - **Depends on** nothing but the JDK, so that the server, the probe from outside and the reader of device logs can
///   share one catalogue.
/// - **Threads:** everything is immutable but [dev.gatehouse.diagnosis.Attempt], which locks itself.
/// - **Start reading at** [dev.gatehouse.diagnosis.Attempt], then [dev.gatehouse.diagnosis.Fact], then
///   [dev.gatehouse.diagnosis.Rules].
@NullMarked
package dev.gatehouse.diagnosis;

import org.jspecify.annotations.NullMarked;
