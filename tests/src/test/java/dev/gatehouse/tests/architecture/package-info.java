/// Who may see whom.
///
/// - **Depends on** the class files of every module, and on none of their code.
/// - **Start reading at** [ModulesTest].
@NullMarked
package dev.gatehouse.tests.architecture;

import org.jspecify.annotations.NullMarked;
