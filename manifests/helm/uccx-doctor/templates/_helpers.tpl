{{- define "uccx.name" -}}
{{- if contains "uccx-doctor" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-uccx-doctor" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{- define "uccx.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "uccx.selector" . }}
{{- end }}

{{- define "uccx.selector" -}}
app.kubernetes.io/name: uccx-doctor
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "uccx.image" -}}
{{- with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ end -}}
{{- end }}

{{/* The file as it is mounted: what the pod itself decides (where it listens, who asks whether it lives) stands over what was given. */}}
{{- define "uccx.config" -}}
{{- $own := dict
  "listen" (dict "host" "0.0.0.0" "port" (int .root.Values.bot.port))
  "metrics" (dict "host" "0.0.0.0" "port" (int .root.Values.metrics.port) "workerPort" (int .root.Values.metrics.port) "token" "file:/run/metrics/token")
-}}
{{- toYaml (mergeOverwrite (deepCopy .config) $own) -}}
{{- end }}

{{/* Redis' ports as the address names them, and those that were given besides. */}}
{{- define "uccx.redisPorts" -}}
{{- $url := dig "redis" "url" "" .config -}}
{{- $ports := list -}}
{{- range regexFindAll ":[0-9]+" $url -1 }}{{ $ports = append $ports (trimPrefix ":" . | int) }}{{ end -}}
{{- range .root.Values.networkPolicy.redisPorts }}{{ $ports = append $ports (int .) }}{{ end -}}
{{- $ports | default (list 6379) | uniq | toJson -}}
{{- end }}

{{/* The ports of everything that a worker looks at. */}}
{{- define "uccx.targetPorts" -}}
{{- $ports := list -}}
{{- range .targets -}}
{{- with .imap }}{{ $ports = append $ports (int .port) }}{{ end -}}
{{- with .smtp }}{{ $ports = append $ports (int .port) }}{{ end -}}
{{- with .web }}{{ $ports = append $ports (int (.port | default 443)) }}{{ end -}}
{{- with .cuc }}{{ $ports = append $ports (int (.notifyPort | default 7080)) }}{{ end -}}
{{- if dig "mailbox" "oauth" "" . }}{{ $ports = append $ports 443 }}{{ end -}}
{{- end -}}
{{- $ports | uniq | sortAlpha | toJson -}}
{{- end }}

{{- define "uccx.secretEnv" -}}
{{- range $name, $from := . }}
- name: {{ $name }}
  valueFrom: { secretKeyRef: { name: {{ $from.name | quote }}, key: {{ $from.key | quote }} } }
{{- end }}
{{- end }}

{{/* A pod forgets what it wrote, so a key that it made itself would be a stranger's after each start. */}}
{{- define "uccx.keys" -}}
{{- if .part.keysSecret }}
- name: keys
  secret: { secretName: {{ .part.keysSecret | quote }}, defaultMode: 0440 }
{{- else if not (or .root.Values.existingConfigMap (dig "signing" dict .config)) }}
{{- fail (printf "%s.keysSecret: name the Secret with its keys (uccx-doctor keys create --config config.yaml --out keys; kubectl create secret generic uccx-keys-%s --from-file=keys/%s), or name keys by reference in config.signing" .named .keys .keys) }}
{{- end }}
{{- end }}

{{/* One container of ours. root, args, part (secretEnv, secretFiles, keysSecret, env, resources), config, configMap, ports; named and keys say whose keys are missing. */}}
{{- define "uccx.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .root.Values.securityContext.uid }}
  runAsGroup: {{ .root.Values.securityContext.gid }}
  fsGroup: {{ .root.Values.securityContext.gid }}
  seccompProfile: { type: RuntimeDefault }
containers:
  - name: uccx-doctor
    image: {{ include "uccx.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: {{ toJson .args }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    env:
      - name: XDG_STATE_HOME
        value: /var/lib/uccx-doctor
      {{- with .part.keysSecret }}
      - name: UCCX_KEYS
        value: /keys
      {{- end }}
      {{- range $name, $value := .part.env }}
      - name: {{ $name }}
        value: {{ $value | quote }}
      {{- end }}
      {{- include "uccx.secretEnv" .part.secretEnv | nindent 6 }}
    ports: {{- toYaml .ports | nindent 6 }}
    # The pod is left out while it begins, ends or has no Redis; it is started anew only when no question has come in for five minutes.
    readinessProbe:
      httpGet: { path: /readyz, port: metrics }
      periodSeconds: 5
      timeoutSeconds: 3
      failureThreshold: 2
    livenessProbe:
      httpGet: { path: /healthz, port: metrics }
      initialDelaySeconds: 20
      periodSeconds: 20
      timeoutSeconds: 5
      failureThreshold: 15
    resources: {{- toYaml .part.resources | nindent 6 }}
    volumeMounts:
      - { name: config, mountPath: /etc/uccx-doctor, readOnly: true }
      - { name: metrics-token, mountPath: /run/metrics, readOnly: true }
      - { name: state, mountPath: /var/lib/uccx-doctor }
      - { name: tmp, mountPath: /tmp }
      {{- if .part.keysSecret }}
      - { name: keys, mountPath: /keys, readOnly: true }
      {{- end }}
      {{- range .part.secretFiles }}
      - { name: {{ printf "secret-%s" . | quote }}, mountPath: {{ printf "/run/secrets/%s" . | quote }}, readOnly: true }
      {{- end }}
volumes:
  - name: config
    configMap: { name: {{ .configMap | quote }} }
  - name: metrics-token
    secret:
      secretName: {{ required "metrics.tokenSecret.name: name the Secret with the token of the metrics; without one nobody may listen beyond the pod (kubectl create secret generic uccx-metrics --from-literal=token=$(openssl rand -hex 24))" .root.Values.metrics.tokenSecret.name | quote }}
      defaultMode: 0440
      items: [{ key: {{ .root.Values.metrics.tokenSecret.key | quote }}, path: token }]
  - name: state
    emptyDir: { sizeLimit: 64Mi }
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
  {{- include "uccx.keys" . | nindent 2 }}
  {{- range .part.secretFiles }}
  - name: {{ printf "secret-%s" . | quote }}
    secret: { secretName: {{ . | quote }}, defaultMode: 0440 }
  {{- end }}
{{- with .part.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "uccx.botConfigMap" -}}
{{ .Values.existingConfigMap | default (printf "%s-config" (include "uccx.name" .)) }}
{{- end }}

{{/* An egress rule: to (peers, anywhere where empty) at TCP ports. */}}
{{- define "uccx.egress" -}}
- ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ int . }} }
    {{- end }}
  {{- with .to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "uccx.dns" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
  {{- with .Values.networkPolicy.dnsTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
