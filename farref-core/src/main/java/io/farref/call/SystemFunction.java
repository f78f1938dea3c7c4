package io.farref.call;

/** A function of the library itself, which every member may call. */
public interface SystemFunction {}
