package dev.gatehouse.bench;

import java.util.ArrayList;
import java.util.List;

/// How the service is started, without a shell in between: the process that is started is the one to kill.
///
/// @param words the program and its arguments, up to and including the word `serve`
public record ServiceProgram(List<String> words) {
    public ServiceProgram {
        words = List.copyOf(words);
    }

    List<String> on(Workspace workspace) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of("--config", workspace.config().toString(), "--data", workspace.data().toString()));
        return all;
    }
}
