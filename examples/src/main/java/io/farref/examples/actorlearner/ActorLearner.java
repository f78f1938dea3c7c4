package io.farref.examples.actorlearner;

import io.farref.RRef;
import io.farref.Unreferenced;
import io.farref.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Reinforcement learning with actors and a learner: actors on every other worker play a game and
 * send their moves to the learner, which improves the policy that they all play by.
 *
 * <pre>./farref run -n 4 io.farref.examples.actorlearner.ActorLearner</pre>
 *
 * <p>The game: find the way from {@code S} to {@code G}. The learning: Q-learning, which works
 * although an actor plays by a policy a little older than the one that learns from it.
 */
public final class ActorLearner {
  private static final int EPISODES = 300;
  private static final int MAX_STEPS = 200;
  private static final double EXPLORE = 0.1;
  private static final double LEARNING_RATE = 0.5;

  private ActorLearner() {}

  /** The game. A state is the number of a cell, row by row. */
  static final class Maze {
    private static final String[] MAP = {
      "S...#...", //
      ".##.#.#.",
      ".#....#.",
      ".#.##.#.",
      "...#..#G",
    };
    private static final int WIDTH = MAP[0].length();
    private static final int[][] MOVES = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    static final int ACTIONS = MOVES.length;
    static final int STATES = MAP.length * WIDTH;
    static final int SHORTEST_WAY = 15;

    static boolean isGoal(int state) {
      return MAP[state / WIDTH].charAt(state % WIDTH) == 'G';
    }

    /** The state after an action; a step into a wall changes nothing. */
    static int move(int state, int action) {
      int row = state / WIDTH + MOVES[action][0];
      int column = state % WIDTH + MOVES[action][1];
      boolean free =
          row >= 0
              && row < MAP.length
              && column >= 0
              && column < WIDTH
              && MAP[row].charAt(column) != '#';
      return free ? row * WIDTH + column : state;
    }
  }

  /** How good each action is in each state, as far as is known: minus the steps to the goal. */
  static final class Policy {
    private final double[][] values;

    Policy(double[][] values) {
      this.values = values;
    }

    int best(int state) {
      int best = 0;
      for (int action = 1; action < Maze.ACTIONS; action++) {
        if (values[state][action] > values[state][best]) {
          best = action;
        }
      }
      return best;
    }

    /** How many steps this policy needs, when it never explores. */
    int steps() {
      int state = 0;
      int steps = 0;
      while (!Maze.isGoal(state) && steps < MAX_STEPS) {
        state = Maze.move(state, best(state));
        steps++;
      }
      return steps;
    }
  }

  /** One step of a game. */
  record Step(int state, int action, int next) {}

  /** Owns the policy. Lives on the first worker. Thread-safe. */
  static final class Learner {
    private final double[][] values = new double[Maze.STATES][Maze.ACTIONS];

    synchronized Policy policy() {
      return new Policy(Arrays.stream(values).map(double[]::clone).toArray(double[][]::new));
    }

    synchronized void learn(List<Step> game) {
      for (Step step : game.reversed()) {
        double future =
            Maze.isGoal(step.next()) ? 0 : Arrays.stream(values[step.next()]).max().orElseThrow();
        double error = future - 1 - values[step.state()][step.action()];
        values[step.state()][step.action()] += LEARNING_RATE * error;
      }
    }
  }

  /** Plays. Lives on its worker and holds a reference to the learner. */
  static final class Actor implements Unreferenced {
    private final RRef<Learner> learner;
    private final Random random;

    Actor(RRef<Learner> learner, int seed) {
      this.learner = learner;
      this.random = new Random(seed);
    }

    /** Plays some games; returns how many steps they took. */
    long play(int games) {
      long steps = 0;
      CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
      for (int i = 0; i < games; i++) {
        Policy policy = learner.rpcSync(Learner::policy);
        List<Step> game = playOnce(policy);
        steps += game.size();
        sent.join();
        sent = learner.runAsync(l -> l.learn(game)); // while the next game is under way
      }
      sent.join();
      return steps;
    }

    /** No worker refers to this actor any more: it releases the learner. */
    @Override
    public void unreferenced() {
      learner.close();
    }

    private List<Step> playOnce(Policy policy) {
      List<Step> game = new ArrayList<>();
      int state = 0;
      while (!Maze.isGoal(state) && game.size() < MAX_STEPS) {
        boolean explore = random.nextDouble() < EXPLORE;
        int action = explore ? random.nextInt(Maze.ACTIONS) : policy.best(state);
        int next = Maze.move(state, action);
        game.add(new Step(state, action, next));
        state = next;
      }
      return game;
    }
  }

  /** Every worker runs this: the first one owns the learner and sets the actors to work. */
  public static void main(String[] args) {
    try (Worker me = Worker.join()) {
      if (me.rank() == 0) {
        train(me);
      }
    }
  }

  private static void train(Worker me) {
    RRef<Learner> learner = me.rref(new Learner());
    List<RRef<Actor>> actors =
        me.peers().stream()
            .filter(peer -> !peer.isSelf())
            .map(peer -> peer.remote(() -> new Actor(learner, peer.rank())))
            .toList();
    List<CompletableFuture<Long>> games =
        actors.stream().map(actor -> actor.rpcAsync(a -> a.play(EPISODES))).toList();
    long steps = games.stream().mapToLong(CompletableFuture::join).sum();
    int way = learner.localValue().policy().steps();
    System.out.printf(
        "%,d games, %,d steps: the way now takes %d steps (shortest: %d)%n",
        actors.size() * EPISODES, steps, way, Maze.SHORTEST_WAY);
    actors.forEach(RRef::close);
    learner.close();
    if (way != Maze.SHORTEST_WAY) {
      throw new IllegalStateException("the policy has not learned the shortest way");
    }
  }
}
