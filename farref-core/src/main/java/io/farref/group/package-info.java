/**
 * Which workers are in the group: the rendezvous stores, and the membership that workers agree on
 * there.
 *
 * <p>{@link io.farref.group.Stores} opens a store by its URI, {@link io.farref.group.Membership}
 * joins a group in it. {@code Lobby} decides what a joiner does next, and is a pure function of
 * what the store holds; the rest carries out its decisions.
 *
 * <pre>{@code
 * Store store = Stores.open("tcp://127.0.0.1:29500", options, StoreContext.NONE);
 * try (Membership group = Membership.join(store, request, prober)) {
 *   group.members().forEach(System.out::println);
 * }
 * }</pre>
 */
@NullMarked
package io.farref.group;

import org.jspecify.annotations.NullMarked;
