/// MQTT clients written by others, behind two operations: publish, and subscribe.
///
/// - **Depends on** nothing of Gatehouse. Programs of other ecosystems are found, never installed, from here; a test
///   that needs one that is missing is skipped and says so ([ExternalProgram]). `.ci/run` installs them all.
/// - **Threads:** every class is used by one test at a time; what a client prints or receives comes through a queue.
/// - **Start reading at** [ClientDriver], then [Exchange], which every driver must pass against any broker.
///
/// All clients connect to 127.0.0.1. Host names are those in `clients/hosts`, and each ecosystem is told about them in
/// its own way, without touching `/etc/hosts`: Java by `jdk.net.hosts.file`, mosquitto by `libnss_wrapper`, Python and
/// Node by replacing the resolver in the script.
@NullMarked
package dev.gatehouse.tests.clients;

import org.jspecify.annotations.NullMarked;
