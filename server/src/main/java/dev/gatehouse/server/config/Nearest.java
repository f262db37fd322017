package dev.gatehouse.server.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which of the right words was probably meant.
final class Nearest {
    private Nearest() {}

    /// The word with the smallest edit distance, if it is small: at most a third of the characters, and at most 3.
    /// Case and the choice between `_` and `-` do not count. Else the only word that starts with what was written.
    static Optional<String> to(String written, Collection<String> words) {
        String plain = written.toLowerCase(Locale.ROOT).replace('_', '-');
        String best = null;
        int bestDistance = Math.min(3, Math.max(1, written.length() / 3)) + 1;
        for (String word : words) {
            int distance = distance(plain, word);
            if (distance < bestDistance) {
                best = word;
                bestDistance = distance;
            }
        }
        if (best == null) {
            List<String> longer = words.stream().filter(word -> plain.length() > 2 && word.startsWith(plain)).toList();
            return longer.size() == 1 ? Optional.of(longer.getFirst()) : Optional.empty();
        }
        return Optional.of(best);
    }

    /// Insertions, deletions and replacements of one character, and swaps of two neighbours, that lead from one to the
    /// other.
    static int distance(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, from, to, i, j);
            }
        }
        return cost[from.length()][to.length()];
    }

    private static int cheapest(int[][] cost, String from, String to, int i, int j) {
        int replace = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int cheapest = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(cheapest, cost[i - 2][j - 2] + 1) : cheapest;
    }
}
