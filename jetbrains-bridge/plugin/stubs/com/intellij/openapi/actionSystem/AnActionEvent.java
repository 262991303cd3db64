package com.intellij.openapi.actionSystem;

public class AnActionEvent {}
