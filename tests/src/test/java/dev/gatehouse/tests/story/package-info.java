/// The stories of people who could not connect, each told again with the real service and a real client.
///
/// - **Depends on** [dev.gatehouse.tests.serve], which starts the service as an operator does.
/// - **Threads:** a test is one thread.
/// - **Start reading at** [StoryIT].
@NullMarked
package dev.gatehouse.tests.story;

import org.jspecify.annotations.NullMarked;
